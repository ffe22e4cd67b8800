public import ConsistentHashing

/// What katran picks under its second Maglev (`MaglevHashV2`), bit for bit.
///
/// Rule (katran's `MaglevHashV2.cpp`, `MaglevBase.cpp`, `Vip.cpp` and the XDP program's
/// `get_packet_hash`, 2021 and later; tables checked against the numbers of katran's own tests,
/// addresses and packets read in the source only):
///
/// - A real is identified by folly's hash of its address; see `KatranReal`. Reals of weight 0 are
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
/// under `F_HASH_NO_SRC_PORT`. The destination port is the VIP's. Any other key takes the jhash of its
/// bytes under the seed `512 · M`, so that sample keys spread as packets do.
///
/// A real that fails is removed by the control plane and the table is built anew, so there is no
/// preference beyond the choice. Not modelled: packets of known connections, which go where the LRU
/// table says, and QUIC connection ids.
public struct KatranMaglev: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The number of slots, `RING_SIZE`: a prime up to 5 000 011.
    public var tableSize = 65_537
    /// The port of the VIP, from 0 to 65535.
    public var port = 443

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer("table-size", \.tableSize, in: 2...largestTableSize, "RING_SIZE: a prime"),
      .integer("port", \.port, in: 0...65_535, "the port of the VIP"),
    ]
  }

  private let table: SlotTable

  /// The port of the VIP.
  private let port: UInt16

  /// The largest table size that is built.
  private static let largestTableSize = 5_000_011

  /// `MAX_VIPS`, which goes into the seeds.
  private static let maximumVIPs = 512

  private static let system = TargetSystem("katran")

  /// Builds katran's table for a cluster, given its ``Options`` one by one.
  public init(_ cluster: Cluster, tableSize: Int = 65_537, port: Int = 443) throws(ClusterError) {
    var options = Options()
    options.tableSize = tableSize
    options.port = port
    try self.init(cluster, options)
  }

  /// Builds katran's table for a cluster: a real is a node's address without its port.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order does not matter. Drained nodes and nodes that are down are not
  ///     given to katran.
  ///   - options: The options.
  /// - Throws: `ClusterError` if no node is available, an address is not an IP address, two nodes have
  ///   the same one, a weight is not whole, or the size is not a prime.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    var hashes: [UInt64] = []
    var owners: [UInt64: Int] = [:]
    for (index, node) in cluster.nodes.enumerated() {
      let server = try Self.system.address(of: node, at: index, needsPort: false)
      let hash = KatranReal.hash(server.address)
      if let first = owners.updateValue(index, forKey: hash) {
        throw ClusterError(
          .duplicateAddress, .node(index),
          "nodes \(quoted(cluster.nodes[first].id.text)) and \(quoted(node.id.text)) have the same "
            + "IP address",
          remedy: "katran's reals are addresses without ports; list each once")
      }
      hashes.append(hash)
    }
    try self.init(cluster, hashes: hashes, options)
  }

  /// Builds katran's table for reals whose hashes are given, one for each node.
  package init(_ cluster: Cluster, hashes: [UInt64], _ options: Options) throws(ClusterError) {
    try options.check(for: "katran")
    try Self.system.check(
      tableSize: options.tableSize, atMost: Self.largestTableSize, such: 65_537)
    try cluster.requireAvailableNode()
    var reals: [Real] = []
    for (index, node) in cluster.nodes.enumerated() {
      let weight = try Self.system.weight(of: node, at: index)
      guard node.isAvailable else { continue }
      reals.append(Real(owner: UInt32(index), hash: hashes[index], weight: UInt32(weight)))
    }
    reals.sort { ($0.hash, $0.owner) < ($1.hash, $1.owner) }
    nodes = cluster.nodes
    port = UInt16(truncatingIfNeeded: options.port)
    table = SlotTable(
      try Self.fill(reals, size: UInt32(options.tableSize)), bound: cluster.nodes.count)
  }

  private struct Real {
    /// The position of the node.
    let owner: UInt32
    let hash: UInt64
    let weight: UInt32
  }

  /// The owners of the slots.
  private static func fill(_ reals: [Real], size: UInt32) throws(ClusterError) -> [UInt32] {
    if reals.count == 1 { return [UInt32](repeating: reals[0].owner, count: Int(size)) }
    var table = [UInt32](repeating: .max, count: Int(size))
    let largest = reals.map(\.weight).max() ?? 1
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
        sums[index] &+= reals[index].weight
        guard sums[index] >= largest else { continue }
        sums[index] &-= largest
        var slot = Int((offsets[index] &+ next[index] &* skips[index]) % size)
        while table[slot] != .max {
          next[index] &+= 1
          guard next[index] < probeLimit else {
            throw ClusterError(
              .tooLarge, .option("table-size"),
              "katran finds no free slot: its 32-bit arithmetic repeats itself at \(size) slots",
              remedy: "use the table size 65537")
          }
          slot = Int((offsets[index] &+ next[index] &* skips[index]) % size)
        }
        table[slot] = reals[index].owner
        next[index] &+= 1
        left -= 1
        if left == 0 { return table }
      }
    }
  }

  /// Where katran would search on, possibly for ever.
  private static let probeLimit: UInt32 = 1 << 28

  /// The real of each slot, as a position in ``nodes``.
  package var slots: [Int] { table.slots }

  /// The hash of packets of this table size and port.
  public var keyHash: KeyHashIdentity {
    KeyHashIdentity(function: "katran-packet-\(port)", seed: UInt64(seed))
  }

  private var seed: UInt32 { UInt32(truncatingIfNeeded: Self.maximumVIPs &* table.entries.count) }

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
  public func index(forHash hash: UInt64) -> Int { table[hash] }

  /// The choice; what comes after it is up to the control plane.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    visit(index(forHash: hash)) ? .stateful("the table is built anew without the real") : .stopped
  }

  /// The residues of M with their reals; packet hashes have 32 bits.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    KeySpace(domain: .bits32, keyHash: keyHash, form: table.residues())
  }
}
