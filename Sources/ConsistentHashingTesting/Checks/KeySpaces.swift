internal import ConsistentHashing

extension ConformanceCheck {
  /// A selector answers as its key space says.
  ///
  /// Each key's hash is in the domain, and the owner of the hash is the node that answers, or state
  /// where no node does. A `HashedSelector` is asked at both ends of every interval, or for every
  /// residue. Domains of up to 65 536 values are gone through until nearly all values have been met.
  /// Closed forms, and the shares of keys that are hashed again, are held to the χ² of the counts, to
  /// the limit that chance exceeds for one seed in 3.5 million.
  ///
  /// Shapes: a single node; 10 equal nodes; weights 1, 2, 3, 10; each with all nodes up and with a third
  /// of them down; 20 000 keys each, half of them IPv4 addresses.
  public static let keySpaces = ConformanceCheck(
    name: "key-spaces", summary: "the key space says where every key goes"
  ) { run in
    for weights in [[1]] + run.weightings {
      guard let cluster = run.cluster(weights: weights) else { return }
      for partlyDown in weights.count > 1 ? [false, true] : [false] {
        var nodes = cluster.nodes
        for index in nodes.indices where partlyDown && index % 3 == 1 { nodes[index].state = .down }
        guard let cluster = run.cluster(nodes: nodes, slotsOf: cluster),
          let selector = run.selector(cluster)
        else { return }
        let examination = KeySpaceExamination(selector, run)
        examination.examine(keys: run.keys(10_000) + run.addressKeys(10_000))
        examination.exhaustSmallDomain()
        examination.examineEdges()
        examination.examineShares()
      }
    }
  }
}

/// One selector compared with what its key space says.
private final class KeySpaceExamination {
  let selector: any NodeSelector
  let space: KeySpace
  let run: Examination

  /// Keys of each node, of all keys and of those that were hashed again.
  private var counts: [Int]
  private var rehashedCounts: [Int]
  private var met: Set<UInt64> = []

  init(_ selector: any NodeSelector, _ run: Examination) {
    self.selector = selector
    self.run = run
    space = selector.keySpace()
    counts = Array(repeating: 0, count: selector.nodes.count)
    rehashedCounts = counts
  }

  private var isSmall: Bool { space.domain.last < 1 << 16 }

  func examine(keys: [[UInt8]]) {
    for key in keys where !run.isSettled {
      let index: Int? = selector.index(for: key.span)
      if let index, counts.indices.contains(index) { counts[index] += 1 }
      let hash: UInt64? = selector.hash(of: key.span)
      guard let hash else {
        if index == nil, space.stateRule == nil, !isOpaque {
          complain("\(run.describe(key: key)) is not hashed and goes to no node")
        }
        continue
      }
      guard hash <= space.domain.last else {
        complain("\(run.describe(key: key)) hashes to \(hash), above \(space.domain.last)")
        continue
      }
      if isSmall { met.insert(hash) }
      compare(hash, index, "\(run.describe(key: key)), hash \(hash),")
    }
  }

  private var isOpaque: Bool {
    if case .opaque = space.form { true } else { false }
  }

  private func compare(_ hash: UInt64, _ index: Int?, _ subject: @autoclosure () -> String) {
    switch space.owner(ofHash: hash) {
    case nil:
      switch space.form {
      case .shares, .opaque: break
      case .intervals, .residues: complain("\(subject()) has no owner")
      }
    case .node(let position)?:
      if index != position {
        complain("\(subject()) is of node \(position), but \(index ?? -1) answers")
      }
    case .state?:
      if index != nil { complain("\(subject()) is left to state, but \(index ?? -1) answers") }
      if space.stateRule == nil { complain("\(subject()) is left to state without a rule") }
    case .rehashed?:
      if let index, rehashedCounts.indices.contains(index) { rehashedCounts[index] += 1 }
    }
  }

  /// Goes on until no more than one value in a hundred has been missed, or enough keys were tried.
  func exhaustSmallDomain() {
    guard isSmall, !met.isEmpty else { return }
    for _ in 0..<20
    where Double(met.count) < 0.99 * space.domain.size && !run.isSettled {
      examine(keys: run.keys(10_000) + run.addressKeys(10_000))
    }
  }

  /// Asks a hashed selector at both ends of every interval, or for every residue.
  func examineEdges() {
    guard let hashed = selector as? any HashedSelector else { return }
    let intervals: OwnedIntervals
    switch space.form {
    case .intervals(let owned), .residues(let owned): intervals = owned
    case .shares, .opaque: return
    }
    var edges: [UInt64] = []
    intervals.forEach { range, _ in edges += [range.first, range.last] }
    if edges.last != intervals.domain.last { complain("the intervals do not reach the last hash") }
    for hash in edges where hash <= space.domain.last {
      compare(hash, hashed.index(forHash: hash), "hash \(hash)")
    }
  }

  /// Holds counts to the shares that are said to be known.
  func examineShares() {
    if case .shares(let shares) = space.form { compare(counts, with: shares, "keys") }
    if let shares = space.rehashedShares {
      compare(rehashedCounts, with: shares, "keys that are hashed again")
    }
    if let shares = space.shares(nodeCount: selector.nodes.count) {
      let sum = shares.nodes.reduce(0, +) + shares.state + shares.rehashed
      if !((sum - 1).magnitude < 1e-9) { complain("the shares sum to \(sum)") }
    }
  }

  private func compare(_ counts: [Int], with shares: [Double], _ what: String) {
    let total = counts.reduce(0, +)
    guard total > 0 else { return }
    // What is left of 1 is left to state, if there is a rule for that.
    let sum = shares.reduce(0, +)
    guard shares.count == counts.count, sum < 1 + 1e-9, sum > 1 - 1e-9 || space.stateRule != nil
    else { return complain("the shares \(shares) of \(what) do not sum to 1") }
    var chiSquare = 0.0
    var taking = 0
    for (count, share) in zip(counts, shares) {
      guard share > 0 else {
        if count > 0 { complain("a node of share 0 has \(count) \(what)") }
        continue
      }
      taking += 1
      let expected = share / sum * Double(total)
      chiSquare += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    let limit = chiSquareLimit(degrees: taking - 1, z: 5)
    if taking > 1, !(chiSquare <= limit) {
      complain(
        "of \(total) \(what) the nodes have \(counts), their shares are \(shares): chi-square "
          + "\(rounded(chiSquare)), limit \(rounded(limit))")
    }
  }

  private func complain(_ what: @autoclosure () -> String) {
    run.report("in the key space of \(run.describe(selector.nodes)), \(what())")
  }
}
