import ConsistentHashing
import TextbookC

/// Rendezvous beside the same rule in plain C.
enum RendezvousLookups {
  static func measure(
    hashes: [UInt64], twins: Twins, into report: inout Report, effort: Effort
  ) throws {
    for nodes in [10, 100, 1000] {
      let some = Array(hashes.prefix(4_000_000 / nodes))
      let cluster = try makeCluster(nodes)
      let contest = Contest("Rendezvous, \(nodes) nodes, hashed keys", operations: some.count)
      try add(cluster, some, to: contest)
      twins.add(to: contest, .rendezvous, nodes: nodes)
      try contest.run(effort)
      report.show(
        contest, unit: "ns a node", scale: Double(nodes), relativeTo: "the same rule in C")
      guard nodes == 1000 else { continue }
      report.judge(
        contest.title, "≤ 1.1 ns a node", contest.median("RendezvousHash") / Double(nodes),
        unit: " ns", most: 1.1)
      for batch in ["RendezvousHash, batch", "batch, avx2 only"] {
        report.judge(
          "\(contest.title): \(batch)", "≤ 1.1 ns a node", contest.median(batch) / Double(nodes),
          unit: " ns", most: 1.1)
      }
      let speed = contest.ratio("the same rule in C", to: "RendezvousHash")
      report.judge(
        contest.title, "≥ 1.8 × as fast as the same rule in C", speed, unit: " ×", least: 1.8)
      report.headline(
        "Rendezvous, 1000 nodes", beside: "the same rule in plain C", 1 / speed)
    }
    try measureWeighted(
      hashes: Array(hashes.prefix(4000)), twins: twins, into: &report, effort: effort)
  }

  private static func add(_ cluster: Cluster, _ hashes: [UInt64], to contest: Contest) throws {
    let textbook = TextbookRendezvous(cluster)
    contest.add("the same rule in C") { answers in
      textbook_rendezvous_lookup(&textbook.nodes, hashes, hashes.count, answers)
    }
    let rendezvous = try RendezvousHash(cluster)
    contest.add(hashed: "RendezvousHash", rendezvous, hashes)
    contest.add(batched: "RendezvousHash, batch", rendezvous, hashes)
  }

  private static func measureWeighted(
    hashes: [UInt64], twins: Twins, into report: inout Report, effort: Effort
  ) throws {
    let nodes = 1000
    let weighted = try makeCluster(nodes, weight: eightWeights)
    let textbook = TextbookRendezvous(weighted)
    let unweighted = try RendezvousHash(makeCluster(nodes))
    let contest = Contest(
      "Rendezvous, \(nodes) nodes of 8 weights, hashed keys", operations: hashes.count)
    contest.add("a logarithm for each node in C") { answers in
      textbook_rendezvous_lookup_weighted(&textbook.nodes, hashes, hashes.count, answers)
    }
    contest.add(hashed: "RendezvousHash", try RendezvousHash(weighted), hashes)
    contest.add(batched: "RendezvousHash, batch", try RendezvousHash(weighted), hashes)
    twins.add(to: contest, .weighted, nodes: nodes)
    twins.add(to: contest, .rendezvous, nodes: nodes, suffix: ", equal weights")
    contest.add("RendezvousHash, equal weights", agrees: false) { answers in
      for position in hashes.indices {
        answers[position] = Int32(truncatingIfNeeded: unweighted.index(forHash: hashes[position]))
      }
    }
    try contest.run(effort)
    report.show(
      contest, unit: "ns a node", scale: Double(nodes),
      relativeTo: "RendezvousHash, equal weights")
    for ours in ["RendezvousHash", "batch, avx2 only"] {
      report.judge(
        "\(contest.title): \(ours)", "≤ 1.3 × equal weights",
        contest.ratio(ours, to: "\(ours), equal weights"), unit: " ×", most: 1.3)
    }
    report.headline(
      contest.title, beside: "a logarithm for each node in C",
      contest.ratio("RendezvousHash", to: "a logarithm for each node in C"))
  }
}
