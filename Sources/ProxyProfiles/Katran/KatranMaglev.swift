public import ConsistentHashing

/// What katran picks under its second Maglev (`MaglevHashV2`), bit for bit.
///
/// Rule (katran's `MaglevHashV2.cpp`, `MaglevBase.cpp`, `Vip.cpp` and the XDP program's
/// `get_packet_hash`, 2021 and later; tables checked against the numbers of katran's own tests,
/// addresses and packets read in the source only):
///
/// - A real is identified by folly's hash of its address; see ``KatranReal``. Reals of weight 0 are
///   left out, the others sort by hash. With M slots, `offset = H(hash, 42; 0) mod M` and
///   `skip = H(hash, 2718281828; 2307) mod (M − 1) + 1`, where H(a, b; seed) is the first half of
///   MurmurHash3 x64-128 of the sixteen little-endian bytes of a and b.
/// - In each round every real adds its weight to a sum of its own; at the largest weight or more it
///   subtracts that and fills its next free slot `((offset + n · skip) mod 2³²) mod M`. (At M 65537 the
///   32 bits overflow for the largest skips, so that a real's order is no permutation.) A single real
///   fills all slots.
/// - A packet goes to slot `hash mod M`. IPv4: `hash = jhash(source, ports; 512 · M)`, IPv6:
///   `jhash(jhash(source bytes; 512), ports; 512 · M)`, address and ports as the words that a
///   little-endian machine loads.
///
/// Keys are clients: `203.0.113.7:40000`, `[2001:db8::7]:40000`, or an address alone for port 0, as
/// under `F_HASH_NO_SRC_PORT`. The destination port is the VIP's. Any other key is no packet; it takes
/// the jhash of its bytes under the seed `512 · M`, so that samples spread as packets do.
///
/// A real that fails is removed by the control plane and the table is built anew, so there is no
/// preference beyond the choice. Not modelled: packets of known connections, which go where the LRU
/// table says, and QUIC connection ids.
public struct KatranMaglev: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The number of slots, `RING_SIZE`.
  public let tableSize: Int

  /// The port of the VIP.
  public let port: UInt16

  private let table: NodeTable

  /// The table size unless configured.
  public static let defaultTableSize = 65_537

  /// The largest table size that is built.
  public static let largestTableSize = 5_000_011

  /// `MAX_VIPS`, which goes into the seeds.
  private static let maximumVIPs = 512

  /// Builds katran's table for a cluster: a real is a node's address without its port.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order does not matter. Drained nodes and nodes that are down are not
  ///     given to katran.
  ///   - tableSize: A prime.
  ///   - port: The port of the VIP.
  /// - Throws: `ClusterError` if no node is available, an address is not an IP address, two nodes have
  ///   the same one, a weight is not whole, or the size is not a prime.
  public init(_ cluster: Cluster, tableSize: Int = defaultTableSize, port: UInt16 = 443)
    throws(ClusterError)
  {
    try cluster.requireAvailableNode()
    var reals: [KatranReal] = []
    var hashes: [UInt64: Int] = [:]
    for (index, node) in cluster.nodes.enumerated() {
      let server = try ServerAddress(node, at: index, needsPort: false, system: "katran")
      let hash = KatranReal.hash(server.address)
      if let first = hashes.updateValue(index, forKey: hash) {
        throw ClusterError(
          .duplicateAddress, .node(index),
          "nodes '\(cluster.nodes[first].id)' and '\(node.id)' have the same IP address",
          remedy: "katran's reals are addresses without ports; list each once")
      }
      let weight = try node.wholeWeight(0...Int(Int32.max), at: index, system: "katran")
      reals.append(KatranReal(hash: hash, weight: node.isAvailable ? weight : 0))
    }
    try self.init(nodes: cluster.nodes, reals: reals, tableSize: tableSize, port: port)
  }

  /// Builds katran's table for reals that are described by their hashes.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each real.
  ///   - reals: The reals, in any order.
  ///   - tableSize: A prime.
  ///   - port: The port of the VIP.
  /// - Throws: `ClusterError` as ``init(_:tableSize:port:)`` does.
  public init(
    nodes: [Node], reals: [KatranReal], tableSize: Int = defaultTableSize, port: UInt16 = 443
  ) throws(ClusterError) {
    let members = reals.indices.filter { reals[$0].weight > 0 }
      .sorted { (reals[$0].hash, $0) < (reals[$1].hash, $1) }
    guard nodes.count == reals.count, !members.isEmpty else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no real has a weight",
        remedy: "give one node for each real, one of them with a weight")
    }
    for index in reals.indices where !(0...Int(Int32.max)).contains(reals[index].weight) {
      throw ClusterError(
        .invalidWeight, .node(index), "a real has the weight \(reals[index].weight)",
        remedy: "use a whole number from 0 to \(Int32.max)")
    }
    guard (2...Self.largestTableSize).contains(tableSize), isPrime(tableSize) else {
      throw ClusterError(
        .invalidOption, .option("table-size"), "the table size \(tableSize) is not a prime",
        remedy: "use a prime up to \(Self.largestTableSize), such as \(Self.defaultTableSize)")
    }
    let places = try Self.fill(members.map { reals[$0] }, size: UInt32(tableSize))
    self.nodes = nodes
    self.tableSize = tableSize
    self.port = port
    table = NodeTable(places.map { UInt32(members[Int($0)]) }, bound: nodes.count)
  }

  private static func fill(_ reals: [KatranReal], size: UInt32) throws(ClusterError) -> [UInt32] {
    var table = [UInt32](repeating: .max, count: Int(size))
    if reals.count == 1 { return [UInt32](repeating: 0, count: Int(size)) }
    let largest = UInt32(reals.map(\.weight).max() ?? 1)
    let offsets = reals.map { real in
      UInt32(Murmur3x128.hash(littleEndian: real.hash, 42, seed: 0).0 % UInt64(size))
    }
    let skips = reals.map { real in
      let hash = Murmur3x128.hash(littleEndian: real.hash, 2_718_281_828, seed: 2307).0
      return UInt32(hash % UInt64(size - 1) + 1)
    }
    var next = [UInt32](repeating: 0, count: reals.count)
    var sums = [UInt32](repeating: 0, count: reals.count)
    var left = size
    while true {
      for index in reals.indices {
        sums[index] &+= UInt32(reals[index].weight)
        guard sums[index] >= largest else { continue }
        sums[index] &-= largest
        var slot = Int((offsets[index] &+ next[index] &* skips[index]) % size)
        while table[slot] != .max {
          next[index] &+= 1
          guard next[index] < probeLimit else {
            throw ClusterError(
              .tooLarge, .option("table-size"),
              "katran finds no free slot: its 32-bit arithmetic repeats itself at \(size) slots",
              remedy: "use the table size \(defaultTableSize)")
          }
          slot = Int((offsets[index] &+ next[index] &* skips[index]) % size)
        }
        table[slot] = UInt32(index)
        next[index] &+= 1
        left -= 1
        if left == 0 { return table }
      }
    }
  }

  /// Where katran would search on, possibly for ever.
  private static let probeLimit: UInt32 = 1 << 28

  /// The real of each slot, as a position in ``nodes``.
  public var slots: [Int] { (0..<tableSize).map { table[$0] } }

  /// The hash of packets of this table size and port.
  public var keyHash: KeyHashIdentity {
    KeyHashIdentity(function: "katran-packet-\(port)", seed: UInt64(seed))
  }

  private var seed: UInt32 { UInt32(truncatingIfNeeded: Self.maximumVIPs &* tableSize) }

  /// The packet hash of a client.
  public func hash(of key: Span<UInt8>) -> UInt64 {
    guard let client = ClientKey(key) else { return UInt64(JenkinsHash.hash(key, seed: seed)) }
    let address = client.address
    let source =
      address.isIPv6
      ? JenkinsHash.hash(
        littleEndian: address.word(0).byteSwapped, address.word(1).byteSwapped,
        address.word(2).byteSwapped, address.word(3).byteSwapped, seed: UInt32(Self.maximumVIPs))
      : address.word(0).byteSwapped
    return UInt64(JenkinsHash.hash(source, client.portWord(destination: port), seed: seed))
  }

  /// The real of slot `hash mod M`.
  ///
  /// - Complexity: O(1), without allocation.
  public func index(forHash hash: UInt64) -> Int {
    table[Int(truncatingIfNeeded: hash % UInt64(truncatingIfNeeded: tableSize))]
  }

  /// The choice; what comes after it is up to the control plane.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    visit(index(forHash: hash)) ? .stateful("the table is built anew without the real") : .stopped
  }
}
