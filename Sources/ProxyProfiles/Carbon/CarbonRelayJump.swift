public import ConsistentHashing

/// What carbon-c-relay picks in clusters of the type `jump_fnv1a_ch`, bit for bit.
///
/// Rule (checked against carbon-c-relay 3.7.3 on Debian for x86, where `char` is signed): the FNV-1a with
/// 64 bits of the metric's name jumps, by Lamping and Veach's function, to a place in the list of servers.
/// Servers with an instance come first, ordered by it: as numbers if both are numbers, else by their bytes.
/// Those without follow as they are listed. Addresses do not count.
///
/// With `replication n` the next place is found by a step of xorshift64* on the hash and a jump over the
/// servers that are left, of which the last has moved to the place that was taken. That is the preference.
///
/// Instances, keys, servers that are down, and those that are drained as for ``CarbonRelayRing``. A server that
/// leaves the list lets those behind it move up: only the last can leave without moving other keys.
public struct CarbonRelayJump: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The positions of the nodes, in the relay's order.
  private let places: [Int32]

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up, one has a weight other than 1, or 0 for drained, or
  ///   carbon-c-relay would refuse a server.
  public init(_ cluster: Cluster) throws(ClusterError) {
    let servers = try CarbonRelay.servers(cluster)
    nodes = cluster.nodes
    places = CarbonInstanceOrder.sorted(servers).map { Int32(truncatingIfNeeded: $0.node) }
  }

  private static func hash(_ key: Span<UInt8>) -> UInt64 {
    FowlerNollVo.fnv1aWith64Bits(key.extracting(CarbonRelay.name(of: key)))
  }

  /// The FNV-1a of the metric's name, of 64 bits.
  public func hash(of key: Span<UInt8>) -> UInt64? { Self.hash(key) }

  /// The node that a metric goes to; nil if it is down.
  ///
  /// - Complexity: O(length of the key + log servers), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let hash = Self.hash(key)
    let node = Int(places[JumpHash.slot(forHash: hash, count: places.count)])
    return nodes[node].isAvailable ? node : nil
  }

  /// Visits the nodes that get a copy, up to the first that is down.
  ///
  /// - Complexity: O(log servers) for each that is visited, after O(servers) for the second; without
  ///   allocation for up to 256 servers.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let hash = Self.hash(key)
    guard places.count > Self.mostWithoutAllocation else {
      var left = InlineArray<256, Int32>(repeating: 0)
      for place in places.indices { left[place] = places[place] }
      var span = left.mutableSpan
      return walk(hash, &span, visit)
    }
    var left = places
    var span = left.mutableSpan
    return walk(hash, &span, visit)
  }

  private static let mostWithoutAllocation = 256

  private func walk(
    _ hash: UInt64, _ left: inout MutableSpan<Int32>, _ visit: (Int) -> Bool
  ) -> PreferenceEnd {
    var hash = hash
    for count in stride(from: places.count, to: 0, by: -1) {
      let place = JumpHash.slot(forHash: hash, count: count)
      let node = Int(left[place])
      guard nodes[node].isAvailable else { return .stateful(CarbonRelay.queue) }
      if !visit(node) { return .stopped }
      left[place] = left[count - 1]
      hash ^= hash &>> 12
      hash ^= hash &<< 25
      hash ^= hash &>> 27
      hash &*= 2_685_821_657_736_338_717
    }
    return .everyNode
  }

  /// The largest number of servers whose shares count as equal.
  private static let mostEvenPlaces = 1 << 16

  /// Equal shares, as the jumps of hashes that fill 64 bits give them.
  ///
  /// A share differs from the others by less than one part in 2500 for up to 65 536 servers; the key space of
  /// more is opaque.
  public func keySpace() -> KeySpace {
    let isEveryoneUp = places.allSatisfy { nodes[Int($0)].isAvailable }
    return KeySpace(
      domain: .bits64, keyHash: CarbonRelay.identity("fnv1a-64-signed"), form: form(),
      stateRule: isEveryoneUp ? nil : CarbonRelay.queue)
  }

  private func form() -> KeySpace.Form {
    if places.count == 1 { return .whole(.bits64, .node(Int(places[0]))) }
    guard places.count <= Self.mostEvenPlaces else {
      return .opaque("jumps drawn from 31 bits give so many servers uneven shares")
    }
    var shares = [Double](repeating: 0, count: nodes.count)
    for node in places where nodes[Int(node)].isAvailable {
      shares[Int(node)] = 1 / Double(places.count)
    }
    return .shares(shares)
  }
}
