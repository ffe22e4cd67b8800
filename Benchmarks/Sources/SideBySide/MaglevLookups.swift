import ConsistentHashing
import TextbookC

/// Maglev beside the least that any lookup by a hash can do.
enum MaglevLookups {
  static func measure(_ sets: [KeySet], into report: inout Report, effort: Effort) throws {
    for nodes in [10, 100, 1000] {
      let cluster = try makeCluster(nodes)
      let maglev = try MaglevTable(cluster)
      let textbook = TextbookMaglev(cluster)
      for keys in sets {
        let length = keys.ends[0]
        // Other lengths are shown for one number of nodes, since none depends on it.
        if length != 16, nodes != 100 { continue }
        let contest = Contest(
          "Maglev, \(nodes) nodes, keys of \(length) bytes", operations: keys.count)
        contest.add("XXH3 + one load in C") { answers in
          keys.withTexts { textbook_maglev_lookup(&textbook.table, $0, answers) }
        }
        contest.add(hashing: "MaglevTable", maglev, keys: keys)
        contest.add(batched: "MaglevTable, batch", maglev, keys: keys)
        contest.add("XXH3 alone", agrees: false) { answers in
          let (bytes, ends) = (keys.bytes, keys.ends)
          let (keyBytes, keyEnds) = (bytes.span, ends.span)
          var start = 0
          for position in 0..<keyEnds.count {
            let hash = XXH3().hash(keyBytes.extracting(start..<keyEnds[position]))
            answers[position] = Int32(truncatingIfNeeded: hash ^ hash >> 32)
            start = keyEnds[position]
          }
        }
        contest.add("XXH3 alone in C", agrees: false) { answers in
          keys.withTexts { textbook_fold($0, answers) }
        }
        try contest.run(effort)
        report.show(contest, relativeTo: "XXH3 + one load in C")
        guard length == 16 else { continue }
        let ratio = contest.ratio("MaglevTable", to: "XXH3 + one load in C")
        let goal = "≤ 1.3 × XXH3 and one load in C"
        report.judge(contest.title, goal, ratio, unit: " ×", most: 1.3)
        let batch = contest.ratio("MaglevTable, batch", to: "XXH3 + one load in C")
        report.judge("\(contest.title), batch", goal, batch, unit: " ×", most: 1.3)
        if nodes == 1000 {
          report.headline(
            "Maglev, 1000 nodes, 16-byte keys", beside: "XXH3 and one table load in C", ratio)
        }
      }
    }
  }
}
