internal import ConsistentHashing

/// One run of one check: draws clusters and keys from the seed, builds selectors, keeps findings.
final class Examination {
  let rule: PlacementRule
  let check: String
  let seed: UInt64
  var generator: SeededGenerator
  private(set) var violations: [Violation] = []

  /// How many selectors were asked for.
  private(set) var selectors = 0

  /// How many keys were drawn, and hashes asked for in their place.
  private(set) var keys = 0

  /// Counts hashes that are asked for directly.
  func noteHashes(_ count: Int) { keys += count }

  /// Examples beyond these add nothing.
  private static let mostViolations = 3

  init(of rule: PlacementRule, check: String, seed: UInt64) {
    self.rule = rule
    self.check = check
    self.seed = seed
    generator = SeededGenerator(seed: seed)
  }

  var promises: RulePromises { rule.promises }

  /// Whether enough examples are found to stop looking.
  var isSettled: Bool { violations.count >= Self.mostViolations }

  func report(_ detail: @autoclosure () -> String) {
    guard !isSettled else { return }
    violations.append(
      Violation(rule: rule.name, check: check, seed: seed, detail: detail()))
  }

  // MARK: Clusters

  /// The weights of the clusters that exact checks look at: one node, two, some, many; equal ones,
  /// whole ones, and broken ones unless weights must be whole.
  var shapes: [[Double]] {
    var shapes: [[Double]] = [
      [1], [1, 1], [1, 1, 1, 1, 1], [1, 2, 3, 10], Array(repeating: 1, count: 20),
      [2, 1, 1, 3, 1, 2, 1, 1, 5],
    ]
    if !promises.requiresWholeWeights { shapes.append(broken([0.5, 2.25, 1, 0.75, 1, 0.5])) }
    return fitted(shapes)
  }

  /// The weights of the clusters whose shares are measured.
  var weightings: [[Double]] {
    var weightings: [[Double]] = [Array(repeating: 1, count: 10), [1, 2, 3, 10]]
    if !promises.requiresWholeWeights { weightings.append(broken([0.5, 1, 1.5, 2.25, 0.75])) }
    return fitted(weightings)
  }

  /// Weights that are not whole, none below the smallest that counts as itself.
  private func broken(_ weights: [Double]) -> [Double] {
    weights.map { max($0, promises.smallestWeight) }
  }

  /// Lists of weights that the rule takes: those of equal weights only, or scaled down.
  private func fitted(_ lists: [[Double]]) -> [[Double]] {
    lists.compactMap { weights in
      let largest = weights.max() ?? 1
      if !promises.takesWeights, weights.contains(where: { $0 != 1 }) { return nil }
      guard let limit = promises.largestWeight, largest > limit else { return weights }
      return weights.map { $0 / largest * limit }
    }
  }

  /// A node with an identity and an address that no other node of this run has.
  func node(weight: Double = 1) -> Node {
    Node(
      id: NodeID("node-" + String(decoding: hexadecimal(digits: 12), as: UTF8.self)),
      address: address(), weight: weight)
  }

  /// An address that no other node of this run has, but for one chance in 10¹⁴.
  func address() -> String {
    let host = (0..<3).map { _ in String(1 + generator.below(254)) }.joined(separator: ".")
    return "10.\(host):\(1024 + generator.below(64_000))"
  }

  /// A cluster of new nodes of the given weights.
  ///
  /// Where slots are the identity, nodes get slots in a random order with a few vacant between them,
  /// so that the order of the list says nothing.
  func cluster(weights: [Double]) -> Cluster? {
    let nodes = weights.map { node(weight: $0) }
    guard promises.identityIsSlot else { return cluster(nodes: nodes) }
    let units = weights.map { Int($0) }
    let total = units.reduce(0, +)
    var left = generator.shuffled(Array(0..<(total + 1 + total / 4)))
    let slots = units.map { units in
      defer { left.removeFirst(units) }
      return Array(left.prefix(units))
    }
    return cluster(nodes: nodes, slots: slots)
  }

  /// A cluster of the given nodes.
  func cluster(nodes: [Node], slots: [[Int]]? = nil, slotCount: Int? = nil) -> Cluster? {
    attempt("a cluster of \(nodes.count) nodes") { () throws(ClusterError) in
      try Cluster(name: "conformance", nodes: nodes, slots: slots, slotCount: slotCount)
    }
  }

  /// A cluster of the nodes of another, in another order or state, with the slots that they have there.
  func cluster(nodes: [Node], slotsOf cluster: Cluster) -> Cluster? {
    guard promises.identityIsSlot else { return self.cluster(nodes: nodes) }
    var slots: [NodeID: [Int]] = [:]
    for (position, node) in cluster.nodes.enumerated() {
      slots[node.id] = cluster.slots.slots(ofNode: position).flatMap { Array($0) }
    }
    return self.cluster(
      nodes: nodes, slots: nodes.map { slots[$0.id] ?? [] }, slotCount: cluster.slots.count)
  }

  /// The selector of a cluster; refusing one is a finding.
  func selector(_ cluster: Cluster) -> (any NodeSelector)? {
    selectors += 1
    return attempt(describe(cluster)) { () throws(ClusterError) in
      try rule.selector(for: cluster)
    }
  }

  /// What the rule predicts for a cluster; refusing one is a finding.
  func prediction(_ cluster: Cluster) -> SharePrediction? {
    attempt(describe(cluster)) { () throws(ClusterError) in try rule.prediction(for: cluster) }
  }

  /// The result of an edit or a build; an error is a finding.
  func attempt<Result>(
    _ subject: @autoclosure () -> String, _ body: () throws(ClusterError) -> Result
  ) -> Result? {
    do {
      return try body()
    } catch {
      report("refuses \(subject()): \(error)")
      return nil
    }
  }

  // MARK: Keys

  /// Keys of 8 to 31 hexadecimal digits, readable in findings.
  func keys(_ count: Int) -> [[UInt8]] {
    keys += count
    return (0..<count).map { _ in hexadecimal(digits: 8 + generator.below(24)) }
  }

  /// Keys that are IPv4 addresses, for rules that hash those.
  func addressKeys(_ count: Int) -> [[UInt8]] {
    keys += count
    return (0..<count).map { _ in
      let bits = generator.next()
      return Array(
        (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> (8 * $0))) }
          .joined(separator: ".").utf8)
    }
  }

  /// Keys for ``FixedHash``: the ends of the hash space, both sides of its simplest fractions, and
  /// random ones.
  func cornerKeys(_ count: Int) -> [[UInt8]] {
    var hashes: [UInt64] = [0, 1, .max, .max - 1]
    for parts in [2, 3, 5, 65_537] as [UInt64] {
      let cut = UInt64.max / parts
      hashes += [cut - 1, cut, cut + 1, cut + 2]
    }
    while hashes.count < count { hashes.append(generator.next()) }
    return hashes.map(FixedHash.key)
  }

  private func hexadecimal(digits count: Int) -> [UInt8] {
    let high = generator.next()
    let low = generator.next()
    return (0..<count).map { position in
      let digit = UInt8(
        truncatingIfNeeded: (position < 16 ? high : low) >> (4 * UInt64(position & 15)) & 15)
      return digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
  }

  // MARK: Messages

  func describe(_ cluster: Cluster) -> String { describe(cluster.nodes) }

  /// Nodes as `id*weight(state)`.
  func describe(_ nodes: [Node]) -> String {
    let parts = nodes.map { node in
      node.id.text + (node.weight == 1 ? "" : "*\(node.weight)")
        + (node.state == .up ? "" : "(\(node.state))")
    }
    return "[" + parts.joined(separator: " ") + "]"
  }

  /// A key as text if it is printable ASCII, otherwise as the hash that it encodes.
  func describe(key: [UInt8]) -> String {
    if key.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      return "key '\(String(decoding: key, as: UTF8.self))'"
    }
    return "hash 0x\(String(FixedHash().hash(key.span), radix: 16))"
  }

  /// Positions as the ids of their nodes.
  func describe(_ indices: [Int], of nodes: [Node]) -> String {
    let ids = indices.map { nodes.indices.contains($0) ? nodes[$0].id.text : "#\($0)" }
    return "[" + ids.joined(separator: " ") + "]"
  }
}
