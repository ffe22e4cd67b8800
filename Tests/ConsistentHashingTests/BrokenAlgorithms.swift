import ConsistentHashing

/// Algorithms that break one promise each, to show that the checks can fail.
enum Broken {
  /// A selector written as a function from nodes and hash to a preference.
  struct Selector: HashedSelector {
    let nodes: [Node]
    let order: @Sendable ([Node], UInt64) -> [Int]

    var keyHash: KeyHashIdentity { XXH3().identity }
    func hash(of key: Span<UInt8>) -> UInt64 { XXH3().hash(key) }
    func index(forHash hash: UInt64) -> Int { order(nodes, hash).first ?? 0 }

    @discardableResult
    func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
      for index in order(nodes, hash) where !visit(index) { return .stopped }
      return .everyNode
    }

    func keySpace() -> KeySpace {
      KeySpace(domain: .bits64, keyHash: keyHash, form: .opaque("a function"))
    }
  }

  static let allPromises = RulePromises(
    movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true)

  static func rule(
    _ name: String, promises: RulePromises = allPromises,
    spread: SharePrediction.Spread = .exact,
    order: @escaping @Sendable ([Node], UInt64) -> [Int]
  ) -> PlacementRule {
    rule(name, promises: promises, spread: spread) { cluster throws(ClusterError) in
      Selector(nodes: cluster.nodes, order: order)
    }
  }

  static func rule(
    _ name: String, promises: RulePromises = allPromises,
    spread: SharePrediction.Spread = .exact,
    build: @escaping @Sendable (Cluster) throws(ClusterError) -> some NodeSelector
  ) -> PlacementRule {
    PlacementRule(
      name: name, summary: name, promises: promises,
      prediction: { cluster throws(ClusterError) in SharePrediction(cluster, spread: spread) },
      build: build)
  }

  /// Weighted rendezvous, right in every respect; the broken ones differ from it by one idea.
  static func rendezvous(_ nodes: [Node], _ hash: UInt64) -> [Int] {
    bids(nodes, hash) { $0.weight }
  }

  static func bids(_ nodes: [Node], _ hash: UInt64, weight: (Node) -> Double) -> [Int] {
    nodes.indices.filter { nodes[$0].isAvailable }
      .map { index -> (cost: Double, index: Int) in
        let score = XXH3.hash(littleEndian: hash, seed: XXH3.hash(nodes[index].id.text))
        let unit = NegativeLogarithm.unit(score)
        return (cost: NegativeLogarithm.value(unit) / weight(nodes[index]), index)
      }
      .sorted { $0.cost < $1.cost }
      .map(\.index)
  }

  static let nothing = rule("right", order: rendezvous)

  /// The key's hash modulo the number of nodes, over the nodes in the order of their ids.
  private static func modulo(_ nodes: [Node], _ hash: UInt64) -> [Int] {
    let up = nodes.indices.filter { nodes[$0].isAvailable }.sorted { nodes[$0].id < nodes[$1].id }
    let start = Int(hash % UInt64(up.count))
    return Array(up[start...] + up[..<start])
  }

  static let orderDependent = rule("order-dependent") { nodes, hash in
    let up = nodes.indices.filter { nodes[$0].isAvailable }
    let start = Int(hash % UInt64(up.count))
    return Array(up[start...] + up[..<start])
  }

  static let nonMonotone = rule("non-monotone", order: modulo)

  static let nearlyMonotone = rule(
    "not-even-nearly-monotone",
    promises: RulePromises(movement: .nearMinimal, isOrderIndependent: true),
    spread: .unknown, order: modulo)

  static let duplicates = rule("duplicates") { nodes, hash in
    let order = rendezvous(nodes, hash)
    return order + order.suffix(1)
  }

  static let forgetful = rule("forgetful") { nodes, hash in
    Array(rendezvous(nodes, hash).prefix(3))
  }

  static let biased = rule("biased") { nodes, hash in
    bids(nodes, hash) { $0.weight * ($0.id.text.utf8.reduce(0, &+) % 2 == 0 ? 1.2 : 1) }
  }

  static let weightless = rule("weightless") { nodes, hash in
    bids(nodes, hash) { _ in 1 }
  }

  static let routesToDown = rule("routes-to-down") { nodes, hash in
    var nodes = nodes
    for index in nodes.indices where nodes[index].isMember { nodes[index].state = .up }
    return rendezvous(nodes, hash)
  }

  static let routesToDrained = rule("routes-to-drained") { nodes, hash in
    let up = nodes.indices.filter { nodes[$0].state == .up }
    return up.sorted { a, b in
      XXH3.hash(littleEndian: hash, seed: XXH3.hash(nodes[a].id.text))
        > XXH3.hash(littleEndian: hash, seed: XXH3.hash(nodes[b].id.text))
    }
  }

  /// Right choices, but the fallbacks are the other nodes in the order of their ids.
  static let fixedFallback = rule("fixed-fallback") { nodes, hash in
    let order = rendezvous(nodes, hash)
    return order.prefix(1) + order.dropFirst().sorted { nodes[$0].id < nodes[$1].id }
  }

  /// Removing a node shuffles the fallbacks of everybody.
  static let countsNodes = rule("counts-nodes") { nodes, hash in
    let order = rendezvous(nodes, hash)
    let rest = rendezvous(nodes, hash &+ UInt64(order.count))
    return order.prefix(1) + rest.filter { $0 != order.first }
  }

  static let hashesAddresses = rule("hashes-addresses") { nodes, hash in
    rendezvous(
      nodes.map { node in
        var node = node
        node.id = NodeID(node.address)
        return node
      }, hash)
  }

  static let addressLiar = rule(
    "says-it-hashes-addresses",
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true,
      identityIsAddress: true),
    order: rendezvous)

  /// Keeps every promise by answering nothing.
  static let silent = rule("silent") { cluster throws(ClusterError) in Silent(nodes: cluster.nodes)
  }

  struct Silent: NodeSelector {
    let nodes: [Node]
    func index(for key: Span<UInt8>) -> Int? { nil }
    func hash(of key: Span<UInt8>) -> UInt64? { nil }
    func keySpace() -> KeySpace {
      KeySpace(domain: .bits64, keyHash: XXH3().identity, form: .opaque(""), stateRule: "dice")
    }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      .stateful("dice")
    }
  }

  static let moody = rule("moody") { cluster throws(ClusterError) in
    Selector(nodes: cluster.nodes) { nodes, _ in
      rendezvous(nodes, UInt64.random(in: 0 ... .max))
    }
  }

  /// Answers batches from the last key to the first.
  struct BackwardBatches: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func index(for key: Span<UInt8>) -> Int? { base.index(for: key) }
    func hash(of key: Span<UInt8>) -> UInt64? { base.hash(of: key) }
    func keySpace() -> KeySpace { base.keySpace() }
    @discardableResult
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func indices(
      forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
    ) throws(BatchError) {
      try base.indices(forKeys: keys, ends: ends, into: &indices)
      for place in 0..<indices.count / 2 { indices.swapAt(place, indices.count - 1 - place) }
    }
  }

  static let backwardBatches = rule("backward-batches") { cluster throws(ClusterError) in
    BackwardBatches(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  /// Answers as many keys of a batch as there is room for, instead of refusing it.
  struct Cramming: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func index(for key: Span<UInt8>) -> Int? { base.index(for: key) }
    func hash(of key: Span<UInt8>) -> UInt64? { base.hash(of: key) }
    func keySpace() -> KeySpace { base.keySpace() }
    @discardableResult
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func indices(
      forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
    ) throws(BatchError) {
      let room = min(ends.count, indices.count)
      for place in room..<indices.count { indices[place] = -1 }
      do {
        try base.indices(forKeys: keys, ends: ends, into: &indices)
      } catch {
        for place in 0..<room { indices[place] = 0 }
        throw error
      }
    }
  }

  static let cramming = rule("cramming") { cluster throws(ClusterError) in
    Cramming(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  static let refuses = rule("refuses") { cluster throws(ClusterError) -> Silent in
    throw ClusterError(.tooLarge, .cluster, "no", remedy: "none")
  }

  /// A ring with some other number of points than it predicts.
  private static func ring(_ name: String, points: Int, insteadOf predicted: Double)
    -> PlacementRule
  {
    PlacementRule(
      name: name, summary: name, promises: PlacementRule.ketama.promises,
      prediction: { cluster throws(ClusterError) in
        SharePrediction(cluster, spread: .points(cluster.availableWeights.map { $0 * predicted }))
      }
    ) { cluster throws(ClusterError) in
      try KetamaRing(cluster, virtualNodes: points)
    }
  }

  /// A ring with a third of the points it predicts: shares vary three times as much.
  static let sparseRing = ring("sparse-ring", points: 53, insteadOf: 160)

  /// A ring that is a third of the size it says.
  static let smallRing = ring("small-ring", points: 34, insteadOf: 102.5)

  /// A ring that is too even to be random.
  static let evenRing = ring("even-ring", points: 16_000, insteadOf: 160)

  /// A table that gives one node two slots of another of the same weight.
  static let unevenSlots = rule(
    "uneven-slots", promises: PlacementRule.maglev.promises,
    spread: .slots(MaglevTable.defaultTableSize)
  ) { cluster throws(ClusterError) in
    UnevenSlots(base: try MaglevTable(cluster))
  }

  /// Says of a right ring what is true of another.
  static let keySpaceLiar = rule("key-space-liar", spread: .unknown) {
    cluster throws(ClusterError) in
    KeySpaceLiar(
      base: try KetamaRing(cluster), space: try KetamaRing(cluster, virtualNodes: 159).keySpace())
  }

  struct KeySpaceLiar: HashedSelector {
    let base: KetamaRing
    let space: KeySpace
    var nodes: [Node] { base.nodes }
    var keyHash: KeyHashIdentity { base.keyHash }
    func hash(of key: Span<UInt8>) -> UInt64 { base.hash(of: key) }
    func index(forHash hash: UInt64) -> Int { base.index(forHash: hash) }
    func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(forHash: hash, visit)
    }
    func keySpace() -> KeySpace { space }
  }

  /// States shares that are not its own.
  static let shareLiar = rule("share-liar", spread: .unknown) { cluster throws(ClusterError) in
    ShareLiar(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  struct ShareLiar: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func index(for key: Span<UInt8>) -> Int? { base.index(for: key) }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func hash(of key: Span<UInt8>) -> UInt64? { base.hash(of: key) }
    func keySpace() -> KeySpace {
      let up = nodes.map { $0.isAvailable ? 1.0 : 0 }
      return KeySpace(
        domain: .bits64, keyHash: base.keyHash,
        form: .shares(up.map { $0 / up.reduce(0, +) }))
    }
  }

  /// Skips health in batches.
  struct UnhealthyBatches: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func index(for key: Span<UInt8>) -> Int? { base.index(for: key) }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func hash(of key: Span<UInt8>) -> UInt64? { base.hash(of: key) }
    func keySpace() -> KeySpace { base.keySpace() }
    func indices(
      forKeys keys: Span<UInt8>, ends: Span<Int>, among up: HealthMask,
      into indices: inout MutableSpan<Int32>
    ) throws(BatchError) {
      try base.indices(forKeys: keys, ends: ends, into: &indices)
    }
  }

  static let unhealthyBatches = rule("unhealthy-batches") { cluster throws(ClusterError) in
    UnhealthyBatches(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  struct UnevenSlots: HashedSelector {
    let base: MaglevTable
    var nodes: [Node] { base.nodes }
    var keyHash: KeyHashIdentity { base.keyHash }
    func hash(of key: Span<UInt8>) -> UInt64 { base.hash(of: key) }
    func index(forHash hash: UInt64) -> Int {
      // Slots 10 to 15 of 65 537 begin at 10 · 2⁶⁴ / 65 537.
      (0x9_FFF6...0xF_FFF0).contains(hash >> 44) ? 0 : base.index(forHash: hash)
    }
    func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(forHash: hash, visit)
    }
    func keySpace() -> KeySpace { base.keySpace() }
  }
}
