public import ConsistentHashing

/// What Cilium picks under `loadBalancer.algorithm=maglev`, bit for bit.
///
/// Rule (Cilium's `pkg/maglev/maglev.go`, with weights since 1.12, and `bpf/lib/hash.h`; tables checked
/// against those that Cilium's own tests publish, packets read in the source only):
///
/// - A backend is hashed as the text `[IP:PORT/PROTOCOL,State:active]`, an IPv6 address in brackets of
///   its own and in the form of RFC 5952, `/i` behind the protocol for backends of internal scope.
///   Backends sort by that text. With (h₁, h₂) the halves of its MurmurHash3 x64-128 under the seed,
///   `offset = h₁ mod M`, `skip = h₂ mod (M − 1) + 1`. The seed is the first four bytes, most
///   significant first, of the twelve that the hash seed encodes in base 64.
/// - Slot n = 0, 1, … is filled by backend n mod L of L, at its next free `(offset + k · skip) mod M`.
///   If the weights sum up to 2·L or more, backend i is passed over for the next one while
///   `(n + 1) · w < trunc(c)`, where c starts at w/L and grows by the sum of weights with each slot that
///   i fills, in doubles. So weights that sum up to less than 2·L are ignored, and a
///   change that takes the sum across 2·L moves many keys; Cilium's own weights start from 100.
/// - A packet goes to slot `hash mod M`. IPv4: jhash of source address, ports, and protocol number under
///   the middle four bytes of the seed; IPv6: the same words stirred under the last four. The service
///   address does not count.
///
/// Keys are clients: `203.0.113.7:40000`, `[2001:db8::7]:40000`, or an address alone for port 0, as
/// under session affinity. The destination port is the service's. Any other key takes the jhash of its
/// bytes, so that sample keys spread as packets do.
///
/// A backend that fails leaves the table, which is built anew, so there is no preference beyond the
/// choice. Not modelled: packets of known connections, which stay where they are.
public struct CiliumMaglev: HashedSelector {
  /// A transport protocol.
  public enum TransportProtocol: String, CaseIterable, Sendable {
    /// TCP, 6.
    case tcp = "TCP"
    /// UDP, 17.
    case udp = "UDP"
    /// SCTP, 132.
    case sctp = "SCTP"

    var number: UInt32 {
      switch self {
      case .tcp: 6
      case .udp: 17
      case .sctp: 132
      }
    }
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// `bpf-lb-maglev-table-size`: 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521 or 131071.
    public var tableSize = 16_381
    /// `bpf-lb-maglev-hash-seed`: twelve bytes in base 64.
    public var hashSeed = "JLfvgnHc2kaSUFaI"
    /// The port of the service, from 0 to 65535.
    public var port = 443
    /// The protocol of the service.
    public var transportProtocol = TransportProtocol.tcp
    /// Whether the backends are of internal scope.
    public var isInternal = false

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer("table-size", \.tableSize, of: tableSizes, "bpf-lb-maglev-table-size"),
      .text("hash-seed", \.hashSeed, "bpf-lb-maglev-hash-seed: twelve bytes in base 64"),
      .integer("port", \.port, in: 0...65_535, "the port of the service"),
      .word("protocol", \.transportProtocol, "the protocol of the service"),
      .flag(
        "scope", \.isInternal, on: "internal", off: "external", "the scope of the backends"),
    ]

    private static let tableSizes = [
      251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071,
    ]
  }

  private let table: SlotTable
  private let seeds: CiliumSeeds

  /// The port of the service.
  private let port: UInt16

  /// The protocol of the service.
  private let transportProtocol: TransportProtocol

  private static let system = TargetSystem("Cilium", weights: 1...Int(UInt16.max))

  /// Builds Cilium's table for a cluster, given its ``Options`` one by one.
  public init(
    _ cluster: Cluster, tableSize: Int = 16_381, hashSeed: String = "JLfvgnHc2kaSUFaI",
    port: Int = 443, transportProtocol: TransportProtocol = .tcp, isInternal: Bool = false
  ) throws(ClusterError) {
    var options = Options()
    options.tableSize = tableSize
    options.hashSeed = hashSeed
    options.port = port
    options.transportProtocol = transportProtocol
    options.isInternal = isInternal
    try self.init(cluster, options)
  }

  /// Builds Cilium's table for a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes; their order does not matter. Drained nodes and nodes that are down are not
  ///     in the table.
  ///   - options: The options.
  /// - Throws: `ClusterError` if no node is available, an address is not an IP address with a port, a
  ///   weight is not whole, or Cilium does not take the size or the seed.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "cilium-maglev")
    try cluster.requireAvailableNode()
    guard let seeds = CiliumSeeds(base64: options.hashSeed) else {
      throw ClusterError(
        .invalidOption, .option("hash-seed"), "the hash seed is not twelve bytes in base 64",
        remedy: "use sixteen characters, such as \(Options().hashSeed)")
    }
    let scope = options.isInternal ? "/i" : ""
    var backends: [Backend] = []
    for (index, node) in cluster.nodes.enumerated() where node.isAvailable {
      let server = try Self.system.address(of: node, at: index)
      let weight = try Self.system.weight(of: node, at: index)
      let host = server.address.isIPv6 ? "[\(server.address.text)]" : server.address.text
      let service = "\(server.port)/\(options.transportProtocol.rawValue)\(scope)"
      backends.append(
        Backend(owner: UInt32(index), weight: weight, text: "[\(host):\(service),State:active]"))
    }
    backends.sort { NodeID($0.text) < NodeID($1.text) }
    nodes = cluster.nodes
    self.seeds = seeds
    port = UInt16(truncatingIfNeeded: options.port)
    transportProtocol = options.transportProtocol
    table = SlotTable(
      Self.fill(backends, size: options.tableSize, seed: seeds.table), bound: cluster.nodes.count)
  }

  private struct Backend {
    /// The position of the node.
    let owner: UInt32
    let weight: Int
    let text: String
  }

  /// The owners of the slots.
  private static func fill(_ backends: [Backend], size: Int, seed: UInt32) -> [UInt32] {
    let count = backends.count
    var sum = 0
    for backend in backends { sum += backend.weight }
    let usesWeights = sum / count > 1
    var counters = backends.map { Double($0.weight) / Double(count) }
    let hashes = backends.map { Murmur3x128.hash($0.text.utf8.span, seed: seed) }
    let skips = hashes.map { Int($0.1 % UInt64(size - 1)) + 1 }
    var next = hashes.map { Int($0.0 % UInt64(size)) }
    var table = [UInt32](repeating: .max, count: size)
    for turn in 0..<size {
      var index = turn % count
      if usesWeights {
        // Counters stay far below 2⁵³: at most (size + 1) · sum.
        while (turn + 1) * backends[index].weight < Int(counters[index]) {
          index = index + 1 == count ? 0 : index + 1
        }
        counters[index] += Double(sum)
      }
      while table[next[index]] != .max {
        next[index] += skips[index]
        if next[index] >= size { next[index] -= size }
      }
      table[next[index]] = backends[index].owner
    }
    return table
  }

  /// The backend of each slot, as a position in ``nodes``.
  package var slots: [Int] { table.slots }

  /// The hash of packets to this service.
  public var keyHash: KeyHashIdentity {
    KeyHashIdentity(
      function: "cilium-packet-\(transportProtocol.rawValue)-\(port)",
      seed: UInt64(seeds.ipv4) << 32 | UInt64(seeds.ipv6))
  }

  /// The packet hash of a client.
  public func hash(of key: Span<UInt8>) -> UInt64 {
    guard let client = ClientKey(key) else {
      return UInt64(JenkinsHash.hash(key, seed: seeds.ipv4))
    }
    let address = client.address
    let ports = client.portWord(destination: port)
    guard address.isIPv6 else {
      return UInt64(
        JenkinsHash.hash(
          address.word(0).byteSwapped, ports, transportProtocol.number, seed: seeds.ipv4))
    }
    var state = JenkinsHash.State(
      a: address.word(0).byteSwapped, b: address.word(1).byteSwapped,
      c: address.word(2).byteSwapped)
    state.mix()
    state.a &+= address.word(3).byteSwapped
    state.b &+= ports
    state.c &+= transportProtocol.number
    state.mix()
    state.a &+= seeds.ipv6
    state.finish()
    return UInt64(state.c)
  }

  /// The backend of slot `hash mod M`.
  ///
  /// - Complexity: O(1), without allocation.
  public func index(forHash hash: UInt64) -> Int { table[hash] }

  /// The choice; what comes after it is up to the agent.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    visit(index(forHash: hash))
      ? .stateful("the table is built anew without the backend") : .stopped
  }

  /// The residues of M with their backends; packet hashes have 32 bits.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    KeySpace(domain: .bits32, keyHash: keyHash, form: table.residues())
  }
}
