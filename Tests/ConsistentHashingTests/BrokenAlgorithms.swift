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
  }

  static let allPromises = AlgorithmPromises(
    balance: .exactShares, movement: .minimal, orderIndependent: true,
    skippingEqualsRemoving: true)

  static func algorithm(
    _ name: String, promises: AlgorithmPromises = allPromises,
    order: @escaping @Sendable ([Node], UInt64) -> [Int]
  ) -> Algorithm {
    Algorithm(name: name, summary: name, promises: promises) { cluster, _ throws(ClusterError) in
      Selector(nodes: cluster.nodes, order: order)
    }
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

  static let nothing = algorithm("right", order: rendezvous)

  /// The key's hash modulo the number of nodes, over the nodes in the order of their ids.
  private static func modulo(_ nodes: [Node], _ hash: UInt64) -> [Int] {
    let up = nodes.indices.filter { nodes[$0].isAvailable }.sorted { nodes[$0].id < nodes[$1].id }
    let start = Int(hash % UInt64(up.count))
    return Array(up[start...] + up[..<start])
  }

  static let orderDependent = algorithm("order-dependent") { nodes, hash in
    let up = nodes.indices.filter { nodes[$0].isAvailable }
    let start = Int(hash % UInt64(up.count))
    return Array(up[start...] + up[..<start])
  }

  static let nonMonotone = algorithm("non-monotone", order: modulo)

  static let nearlyMonotone = algorithm(
    "not-even-nearly-monotone",
    promises: AlgorithmPromises(
      balance: .none, movement: .nearMinimal, orderIndependent: true,
      skippingEqualsRemoving: false),
    order: modulo)

  static let duplicates = algorithm("duplicates") { nodes, hash in
    let order = rendezvous(nodes, hash)
    return order + order.suffix(1)
  }

  static let forgetful = algorithm("forgetful") { nodes, hash in
    Array(rendezvous(nodes, hash).prefix(3))
  }

  static let biased = algorithm("biased") { nodes, hash in
    bids(nodes, hash) { $0.weight * ($0.id.text.utf8.reduce(0, &+) % 2 == 0 ? 1.2 : 1) }
  }

  static let weightless = algorithm("weightless") { nodes, hash in
    bids(nodes, hash) { _ in 1 }
  }

  static let routesToDown = algorithm("routes-to-down") { nodes, hash in
    var nodes = nodes
    for index in nodes.indices where nodes[index].isMember { nodes[index].state = .up }
    return rendezvous(nodes, hash)
  }

  static let routesToDrained = algorithm("routes-to-drained") { nodes, hash in
    let up = nodes.indices.filter { nodes[$0].state == .up }
    return up.sorted { a, b in
      XXH3.hash(littleEndian: hash, seed: XXH3.hash(nodes[a].id.text))
        > XXH3.hash(littleEndian: hash, seed: XXH3.hash(nodes[b].id.text))
    }
  }

  /// Right choices, but the fallbacks are the other nodes in the order of their ids.
  static let fixedFallback = algorithm("fixed-fallback") { nodes, hash in
    let order = rendezvous(nodes, hash)
    return order.prefix(1) + order.dropFirst().sorted { nodes[$0].id < nodes[$1].id }
  }

  /// Removing a node shuffles the fallbacks of everybody.
  static let countsNodes = algorithm("counts-nodes") { nodes, hash in
    let order = rendezvous(nodes, hash)
    let rest = rendezvous(nodes, hash &+ UInt64(order.count))
    return order.prefix(1) + rest.filter { $0 != order.first }
  }

  static let hashesAddresses = algorithm("hashes-addresses") { nodes, hash in
    rendezvous(
      nodes.map { node in
        var node = node
        node.id = NodeID(node.address)
        return node
      }, hash)
  }

  static let addressLiar = algorithm(
    "says-it-hashes-addresses",
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .minimal, orderIndependent: true,
      skippingEqualsRemoving: true, identityIsAddress: true),
    order: rendezvous)

  /// Keeps every promise by answering nothing.
  static let silent = Algorithm(name: "silent", summary: "", promises: allPromises) {
    cluster, _ throws(ClusterError) in Silent(nodes: cluster.nodes)
  }

  struct Silent: NodeSelector {
    let nodes: [Node]
    func choice(for key: Span<UInt8>) -> Int? { nil }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      .stateful("dice")
    }
  }

  static let moody = Algorithm(name: "moody", summary: "", promises: allPromises) {
    cluster, _ throws(ClusterError) in
    Selector(nodes: cluster.nodes) { nodes, _ in
      rendezvous(nodes, UInt64.random(in: 0 ... .max))
    }
  }

  /// Answers batches from the last key to the first.
  struct BackwardBatches: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func choice(for key: Span<UInt8>) -> Int? { base.choice(for: key) }
    @discardableResult
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func choices(
      forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
    ) throws(BatchError) {
      try base.choices(forKeys: keys, ends: ends, into: &choices)
      for place in 0..<choices.count / 2 { choices.swapAt(place, choices.count - 1 - place) }
    }
  }

  static let backwardBatches = Algorithm(
    name: "backward-batches", summary: "", promises: allPromises
  ) { cluster, _ throws(ClusterError) in
    BackwardBatches(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  /// Answers as many keys of a batch as there is room for, instead of refusing it.
  struct Cramming: NodeSelector {
    let base: Selector
    var nodes: [Node] { base.nodes }
    func choice(for key: Span<UInt8>) -> Int? { base.choice(for: key) }
    @discardableResult
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      base.walkPreference(for: key, visit)
    }
    func choices(
      forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
    ) throws(BatchError) {
      let room = min(ends.count, choices.count)
      for place in room..<choices.count { choices[place] = -1 }
      do {
        try base.choices(forKeys: keys, ends: ends, into: &choices)
      } catch {
        for place in 0..<room { choices[place] = 0 }
        throw error
      }
    }
  }

  static let cramming = Algorithm(name: "cramming", summary: "", promises: allPromises) {
    cluster, _ throws(ClusterError) in
    Cramming(base: Selector(nodes: cluster.nodes, order: rendezvous))
  }

  static let refuses = Algorithm(name: "refuses", summary: "", promises: allPromises) {
    cluster, _ throws(ClusterError) in
    throw ClusterError(.tooLarge, .cluster, "no", remedy: "none")
  }

  /// A ring with a third of the points it promises: shares vary three times as much.
  static let sparseRing = Algorithm(
    name: "sparse-ring", summary: "", promises: Algorithm.ketama.promises
  ) { cluster, _ throws(ClusterError) in
    try KetamaRing(cluster, virtualNodes: 53)
  }

  /// A ring that says how large it is, and has a third of the points.
  static let smallRing = Algorithm(
    name: "small-ring", summary: "",
    promises: {
      var promises = Algorithm.ketama.promises
      promises.balance = .sizedRing(minimum: 1024, maximum: 4096, cap: 4096)
      return promises
    }()
  ) { cluster, _ throws(ClusterError) in
    try KetamaRing(cluster, virtualNodes: 34)
  }

  /// A ring that is too even to be random.
  static let evenRing = Algorithm(
    name: "even-ring", summary: "", promises: Algorithm.ketama.promises
  ) { cluster, _ throws(ClusterError) in
    try KetamaRing(cluster, virtualNodes: 16_000)
  }

  /// A table that gives one node two slots of another of the same weight.
  static let unevenSlots = Algorithm(
    name: "uneven-slots", summary: "", promises: Algorithm.maglev.promises
  ) { cluster, _ throws(ClusterError) in
    UnevenSlots(base: try MaglevTable(cluster))
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
  }
}
