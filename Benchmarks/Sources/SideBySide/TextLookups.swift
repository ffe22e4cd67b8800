import ConsistentHashing

/// Keys that come as Swift texts beside keys that come as bytes.
enum TextLookups {
  static func measure(count: Int, into report: inout Report, effort: Effort) throws {
    let maglev = try MaglevTable(makeCluster(100))
    // Up to 15 bytes a text lies in the value itself, above that in memory of its own.
    for (length, kind) in [(8, "short"), (15, "short"), (24, "on the heap"), (64, "on the heap")] {
      let keys = KeySet(count: count, length: length)
      let texts = (0..<count).map { keys.text($0) }
      let contest = Contest("Texts of \(length) bytes, \(kind), Maglev", operations: count)
      contest.add(hashing: "bytes", maglev, keys: keys)
      contest.add("String") { answers in
        for position in texts.indices {
          answers[position] = Int32(truncatingIfNeeded: maglev.index(for: texts[position]))
        }
      }
      try contest.run(effort)
      report.show(contest, relativeTo: "bytes")
      report.judge(
        contest.title, "≤ 14 ns above bytes",
        contest.median("String") - contest.median("bytes"), unit: " ns", most: 14)
    }
  }
}
