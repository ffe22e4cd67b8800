import ConsistentHashing
import TextbookC

/// The ring beside binary searches over the same points.
enum RingLookups {
  /// - Parameters:
  ///   - hashes: As many as a router sees again and again.
  ///   - manyHashes: So many that neither they nor what they touch of a large ring stays in the
  ///     nearest caches.
  static func measure(
    hashes: [UInt64], manyHashes: [UInt64], into report: inout Report, effort: Effort
  ) throws {
    for nodes in [10, 100, 1000, 10_000] {
      let cluster = try makeCluster(nodes)
      let ring = try KetamaRing(cluster)
      let textbook = TextbookRing(cluster)
      for hashes in [hashes, manyHashes] {
        if nodes < 1000, hashes.count == manyHashes.count { continue }
        let title = "Ring, \(nodes) nodes × 160, \(hashes.count) hashed keys"
        let contest = Contest(title, operations: hashes.count)
        contest.add("branchless binary search in C") { answers in
          textbook_ring_lookup_branchless(&textbook.ring, hashes, hashes.count, answers)
        }
        contest.add("binary search in C") { answers in
          textbook_ring_lookup(&textbook.ring, hashes, hashes.count, answers)
        }
        contest.add(hashed: "KetamaRing", ring, hashes)
        contest.add(batched: "KetamaRing, batch", ring, hashes)
        try contest.run(effort)
        report.show(contest, relativeTo: "branchless binary search in C")
        judge(contest, nodes, into: &report)
      }
    }
  }

  private static func judge(_ contest: Contest, _ nodes: Int, into report: inout Report) {
    if nodes <= 1000 {
      report.judge(
        contest.title, "≤ 7 ns after the hash", contest.median("KetamaRing"), unit: " ns", most: 7)
    }
    if nodes == 1000 {
      let speed = contest.ratio("branchless binary search in C", to: "KetamaRing")
      report.judge(
        contest.title, "≥ 8 × as fast as branchless binary search in C", speed, unit: " ×",
        least: 8)
      report.headline(contest.title, beside: "branchless binary search in C", 1 / speed)
    }
  }
}
