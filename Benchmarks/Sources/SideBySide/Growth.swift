import ConsistentHashing
import TextbookC

/// How costs grow with the number of nodes and with the length of keys, as plots.
enum Growth {
  static func measure(into report: inout Report, effort: Effort) throws {
    try measureNodes(into: &report, effort: effort)
    try measureLengths(into: &report, effort: effort)
  }

  private static func measureNodes(into report: inout Report, effort: Effort) throws {
    var lines = Lines()
    let hashes = KeySet(count: 1 << 16, length: 16).hashes
    for nodes in [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000] {
      let cluster = try makeCluster(nodes)
      // A few lookups of the slow ones are enough.
      let few = Array(hashes.prefix(max(200, 2_000_000 / nodes)))
      // At least 100 slots for each node, as far as tables go.
      let size = MaglevTable.prime(atLeast: max(65_537, min(100 * nodes, 5_000_000))) ?? 65_537
      let brief = Effort(rounds: min(effort.rounds, 9), seconds: min(effort.seconds, 0.3))

      var contest = Contest("Maglev, \(nodes) nodes", operations: hashes.count)
      contest.add(hashed: "Maglev", try MaglevTable(cluster, tableSize: size), hashes)
      try contest.run(brief)
      lines.add(contest, nodes)

      contest = Contest("Ring, \(nodes) nodes", operations: hashes.count)
      let ring = TextbookRing(cluster)
      contest.add(hashed: "ring × 160", try KetamaRing(cluster), hashes)
      contest.add("binary search in C") { answers in
        textbook_ring_lookup_branchless(&ring.ring, hashes, hashes.count, answers)
      }
      try contest.run(brief)
      lines.add(contest, nodes)

      contest = Contest("Jump, \(nodes) slots", operations: hashes.count)
      contest.add(hashed: "jump", try JumpHash(cluster), hashes)
      contest.add("jump in C") { answers in
        textbook_jump(Int32(nodes), hashes, hashes.count, answers)
      }
      try contest.run(brief)
      lines.add(contest, nodes)

      contest = Contest("Rendezvous, \(nodes) nodes", operations: few.count)
      let rendezvous = TextbookRendezvous(cluster)
      contest.add(hashed: "rendezvous", try RendezvousHash(cluster), few)
      contest.add("rendezvous in C") { answers in
        textbook_rendezvous_lookup(&rendezvous.nodes, few, few.count, answers)
      }
      try contest.run(brief)
      lines.add(contest, nodes)
    }
    let looks: [(name: String, colour: Int, isDashed: Bool)] = [
      ("Maglev", 0, false), ("ring × 160", 1, false), ("jump", 2, false), ("rendezvous", 3, false),
      ("binary search in C", 1, true), ("jump in C", 2, true), ("rendezvous in C", 3, true),
    ]
    lines.show(
      "nodes", title: "A lookup after the hash, as the cluster grows", axis: "nodes", looks,
      into: &report)
  }

  private static func measureLengths(into report: inout Report, effort: Effort) throws {
    var lines = Lines()
    let cluster = try makeCluster(100)
    let maglev = try MaglevTable(cluster)
    let ring = try KetamaRing(cluster)
    let jump = try JumpHash(cluster)
    let rendezvous = try RendezvousHash(cluster)
    for length in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096] {
      // At most 1 MB, so that keys come from the caches and not from memory.
      let keys = KeySet(count: min(1 << 16, (1 << 20) / length), length: length)
      let contest = Contest("Keys of \(length) bytes", operations: keys.count)
      contest.add(hashing: "Maglev", maglev, keys: keys)
      let textbook = TextbookMaglev(cluster)
      contest.add("XXH3 + one load in C") { answers in
        keys.withTexts { textbook_maglev_lookup(&textbook.table, $0, answers) }
      }
      try contest.run(Effort(rounds: effort.rounds, seconds: min(effort.seconds, 0.3)))
      lines.add(contest, length)
      // The others have answers of their own.
      let others = Contest("Other rules, keys of \(length) bytes", operations: keys.count)
      others.add(hashing: "ring × 160", ring, keys: keys, agrees: false)
      others.add(hashing: "jump", jump, keys: keys, agrees: false)
      others.add(hashing: "rendezvous", rendezvous, keys: keys, agrees: false)
      try others.run(Effort(rounds: effort.rounds, seconds: min(effort.seconds, 0.3)))
      lines.add(others, length)
    }
    lines.show(
      "key-lengths", title: "A lookup with its hash, 100 nodes, as keys grow",
      axis: "bytes of a key",
      remark:
        " Keys are 1 MB in all, 65 536 at most: the longer, the fewer, and of a few thousand the "
        + "processor learns the branches of jump by heart.",
      [
        ("Maglev", 0, false), ("ring × 160", 1, false), ("jump", 2, false),
        ("rendezvous", 3, false), ("XXH3 + one load in C", 0, true),
      ], into: &report)
  }

  /// The least times of several contests.
  private struct Lines {
    private var points: [String: [(x: Double, y: Double)]] = [:]
    private var places: [Int] = []

    mutating func add(_ contest: Contest, _ place: Int) {
      if places.last != place { places.append(place) }
      for contender in contest.contenders {
        points[contender.name, default: []].append(
          (Double(place), contest.minimum(contender.name)))
      }
    }

    /// Adds a plot and the table of its figures.
    func show(
      _ name: String, title: String, axis: String, remark: String = "",
      _ looks: [(name: String, colour: Int, isDashed: Bool)], into report: inout Report
    ) {
      var plot = Plot(title: title, xLabel: axis, yLabel: "nanoseconds")
      plot.series = looks.map {
        Plot.Series(
          name: $0.name, colour: $0.colour, isDashed: $0.isDashed, points: points[$0.name] ?? [])
      }
      let rows = places.enumerated().map { row, place in
        ["\(place)"]
          + looks.map { look in
            guard let line = points[look.name], row < line.count else { return "–" }
            return figure(line[row].y)
          }
      }
      report.pictures.append(
        Report.Picture(
          name: name, svg: plot.svg,
          figures: Report.Table(
            title: title, remark: "Nanoseconds, the least of all rounds.\(remark)",
            heads: [axis] + looks.map(\.name), rows: rows)))
    }
  }
}
