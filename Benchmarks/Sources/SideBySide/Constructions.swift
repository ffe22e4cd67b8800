import ConsistentHashing
import TextbookC

/// What building costs, beside the textbook.
enum Constructions {
  static func measure(into report: inout Report, effort: Effort) throws {
    try measureMaglev(size: 65_537, target: 1.3, into: &report, effort: effort)
    try measureMaglev(size: 655_373, target: 18, into: &report, effort: effort)
    try measureRing(nodes: 1000, target: 3, into: &report, effort: effort)
    try measureUpdate(into: &report, effort: effort)
    // So long that few rounds have to do.
    try measureRing(
      nodes: 100_000, target: 2000, into: &report, effort: Effort(rounds: 3, seconds: 0))
  }

  private static func measureUpdate(into report: inout Report, effort: Effort) throws {
    let before = try makeCluster(1000)
    var nodes = before.nodes
    nodes[500] = Node(address: "10.9.9.9:8080")
    let after = try Cluster(nodes: nodes)
    let ring = try KetamaRing(before)
    try compareRings(ring.updated(to: after), KetamaRing(after))
    let contest = Contest("Replace one node of a ring 1000 × 160", operations: 1)
    contest.add("points and qsort in C") { answers in
      let built = TextbookRing(after)
      answers[0] = Int32(truncatingIfNeeded: built.ring.count)
    }
    contest.add("KetamaRing, anew") { answers in
      guard let built = try? KetamaRing(after) else { return }
      answers[0] = Int32(truncatingIfNeeded: built.pointCount)
    }
    contest.add("KetamaRing.updated(to:)") { answers in
      guard let built = try? ring.updated(to: after) else { return }
      answers[0] = Int32(truncatingIfNeeded: built.pointCount)
    }
    try contest.run(effort)
    judge(
      contest, ours: "KetamaRing.updated(to:)", theirs: "points and qsort in C", 0.5,
      into: &report)
  }

  /// Compares two rings around each of very many hashes.
  private static func compareRings(_ updated: KetamaRing, _ anew: KetamaRing) throws {
    for hash in KeySet(count: 1 << 20, length: 16).hashes
    where updated.index(forHash: hash) != anew.index(forHash: hash) {
      throw Disagreement(description: "an updated ring differs from a new one for the hash \(hash)")
    }
  }

  private static func measureMaglev(
    size: Int, target: Double, into report: inout Report, effort: Effort
  ) throws {
    let cluster = try makeCluster(1000)
    try compareTables(cluster, size)
    let contest = Contest("Build Maglev \(size) × 1000", operations: 1)
    contest.add("the paper's code in C") { answers in
      let built = TextbookMaglev(cluster, size: size)
      answers[0] = Int32(truncatingIfNeeded: built.table.size)
    }
    contest.add("MaglevTable") { answers in
      guard let built = try? MaglevTable(cluster, tableSize: size) else { return }
      answers[0] = Int32(truncatingIfNeeded: built.tableSize)
    }
    try contest.run(effort)
    judge(contest, ours: "MaglevTable", theirs: "the paper's code in C", target, into: &report)
  }

  /// Compares the two tables slot by slot.
  private static func compareTables(_ cluster: Cluster, _ size: Int) throws {
    let ours = try MaglevTable(cluster, tableSize: size)
    let theirs = TextbookMaglev(cluster, size: size)
    for slot in 0..<size {
      // A hash in the middle of the slot's interval.
      let middle = (2 * UInt64(slot) + 1).multipliedFullWidth(by: 1 << 63)
      let hash = UInt64(size).dividingFullWidth(middle).quotient
      if ours.index(forHash: hash) != Int(theirs.table.slots[slot]) {
        throw Disagreement(description: "Maglev \(size) × 1000: the tables differ at slot \(slot)")
      }
    }
  }

  private static func measureRing(
    nodes: Int, target: Double, into report: inout Report, effort: Effort
  ) throws {
    let cluster = try makeCluster(nodes)
    let contest = Contest("Build ring \(nodes) × 160", operations: 1)
    contest.add("points and qsort in C") { answers in
      let built = TextbookRing(cluster)
      answers[0] = Int32(truncatingIfNeeded: built.ring.count)
    }
    contest.add("KetamaRing") { answers in
      guard let built = try? KetamaRing(cluster) else { return }
      answers[0] = Int32(truncatingIfNeeded: built.pointCount)
    }
    try contest.run(effort)
    judge(contest, ours: "KetamaRing", theirs: "points and qsort in C", target, into: &report)
  }

  private static func judge(
    _ contest: Contest, ours: String, theirs: String, _ target: Double, into report: inout Report
  ) {
    report.show(contest, unit: "ms", scale: 1e6, relativeTo: theirs)
    report.judge(
      contest.title, "≤ \(figure(target)) ms", contest.median(ours) / 1e6, unit: " ms",
      most: target)
    report.headline(contest.title, beside: theirs, contest.ratio(ours, to: theirs))
  }
}
