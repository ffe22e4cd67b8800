public import ConsistentHashing

/// What Linux IPVS picks under the scheduler `mh`, bit for bit, on 64-bit kernels.
///
/// Rule (`net/netfilter/ipvs/ip_vs_mh.c`, Linux 4.18 and later, read only: no vectors are published; the
/// hash is checked against the kernel's own):
///
/// - `H(address, port, offset) = hsiphash(LE32(offset + port + fold), key)`, in 32 bits: fold is the IPv4
///   address, or the exclusive-or of the four words of an IPv6 address, as numbers. On 64-bit kernels
///   hsiphash is SipHash-1-3 cut to its low 32 bits. Both halves of key 1 are 2654435761, of key 2
///   2654446892.
/// - With M slots (`CONFIG_IP_VS_MH_TAB_INDEX`, 12 unless configured: 4093) a server's
///   `offset = H₁ mod M`, `skip = H₂ mod (M − 1) + 1`, of its address and port. Weights are divided by
///   their greatest common divisor and shifted right until the largest has no more than
///   TAB_INDEX / 2 bits; what would become 0 is 1. In each round every server in turn fills that many
///   slots in a row: its next free `(offset + n · skip) mod M`.
/// - The rounds follow the kernel's list, to which a server is added at the front: the server added last
///   comes first.
/// - A client goes to slot `H₁(address, port, 0) mod M`; the port is 0 unless the service has the flag
///   `mh-port`.
/// - A server whose weight was set to 0, which is what `down` means here, keeps its slots under the
///   weight it had. Without the flag `mh-fallback` its clients are refused; with it the client is
///   hashed again with offsets s, s + 1, … modulo M, s being its first slot, until it meets a server
///   that is not down. That is the preference order. Drained nodes fill no slots.
///
/// Keys are clients: `203.0.113.7:40000`, `[2001:db8::7]:40000`, or an address alone. Any other key
/// takes the jhash of its bytes in place of the folded address, so that sample keys spread as clients
/// do.
///
/// Not modelled: connections that exist, persistence, and servers set aside by thresholds.
public struct IPVSMaglev: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The order in which a list of servers is given.
  public enum ListOrder: String, CaseIterable, Sendable {
    /// In the order in which they are added, as in scripts and configuration files.
    case added
    /// As the kernel lists them: the one added last first.
    case kernel
  }

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// `CONFIG_IP_VS_MH_TAB_INDEX`, from 8 to 17.
    public var tableIndex = 12
    /// Whether clients of servers that are down are hashed again: the flag `mh-fallback`.
    public var fallsBack = false
    /// Whether the client's port counts: the flag `mh-port`.
    public var hashesPort = false
    /// The order of the nodes.
    public var order = ListOrder.added

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "table-index", \.tableIndex, in: 8...17,
        "CONFIG_IP_VS_MH_TAB_INDEX: 2^index slots, nearly"),
      .flag(
        "mh-fallback", \.fallsBack, "the service flag: hash again when the server is down"),
      .flag("mh-port", \.hashesPort, "the service flag: hash the client's port as well"),
      .word(
        "list-order", \.order, "the order of the nodes: as added, or as the kernel lists them"),
    ]
  }

  private let table: SlotTable
  private let fallsBack: Bool
  private let hashesPort: Bool
  private let isDown: [Bool]
  private let availableCount: Int

  private static let hash1 = HSipHash(2_654_435_761, 2_654_435_761)
  private static let hash2 = HSipHash(2_654_446_892, 2_654_446_892)

  /// The sizes of tables under `CONFIG_IP_VS_MH_TAB_INDEX` 8 to 17.
  private static let primes = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071]

  private static let system = TargetSystem("IPVS", weights: 0...65_535)

  /// Builds the table of a cluster, given its ``Options`` one by one.
  public init(
    _ cluster: Cluster, tableIndex: Int = 12, fallsBack: Bool = false, hashesPort: Bool = false,
    order: ListOrder = .added
  ) throws(ClusterError) {
    var options = Options()
    options.tableIndex = tableIndex
    options.fallsBack = fallsBack
    options.hashesPort = hashesPort
    options.order = order
    try self.init(cluster, options)
  }

  /// Builds the table of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is available, an address is not an IP address with a port,
  ///   IPv4 and IPv6 are mixed, a weight is not whole, or there are more servers than slots.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try options.check(for: "ipvs-mh")
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let size = Self.primes[options.tableIndex - 8]
    guard nodes.count <= size else {
      throw ClusterError(
        .tooLarge, .cluster, "\(nodes.count) servers are more than the \(size) slots",
        remedy: "use a larger table-index")
    }
    var servers: [Server] = []
    var isIPv6: Bool?
    for (index, node) in nodes.enumerated() {
      let address = try Self.system.address(of: node, at: index)
      if let isIPv6, isIPv6 != address.address.isIPv6 {
        throw ClusterError(
          .invalidAddress, .node(index),
          "node \(quoted(node.id.text)) is of another address family",
          remedy: "an IPVS service has addresses of one family")
      }
      isIPv6 = address.address.isIPv6
      let weight = try Self.system.weight(of: node, at: index)
      let value = UInt32(address.port) &+ Self.fold(address.address)
      servers.append(
        Server(
          index: index, weight: node.isMember ? weight : 0,
          offset: Int(Self.hash1.hash(littleEndian: value)) % size,
          skip: Int(Self.hash2.hash(littleEndian: value)) % (size - 1) + 1))
    }
    if options.order == .added { servers.reverse() }
    self.nodes = nodes
    fallsBack = options.fallsBack
    hashesPort = options.hashesPort
    isDown = nodes.map { !$0.isAvailable }
    availableCount = nodes.count(where: \.isAvailable)
    table = SlotTable(
      Self.fill(servers, size: size, bits: options.tableIndex / 2), bound: nodes.count)
  }

  private struct Server {
    let index: Int
    let weight: Int
    let offset: Int
    let skip: Int
  }

  /// The owners of the slots.
  private static func fill(_ servers: [Server], size: Int, bits: Int) -> [UInt32] {
    let divisor = servers.reduce(0) { greatestCommonDivisor($0, $1.weight) }
    let largest = (servers.map(\.weight).max() ?? 0) / divisor
    let shift = max(0, Int.bitWidth - largest.leadingZeroBitCount - bits)
    var table = [UInt32](repeating: .max, count: size)
    var next = servers.map(\.offset)
    var left = size
    while true {
      for (place, server) in servers.enumerated() where server.weight > 0 {
        for _ in 0..<max(1, (server.weight / divisor) >> shift) {
          while table[next[place]] != .max {
            next[place] += server.skip
            if next[place] >= size { next[place] -= size }
          }
          table[next[place]] = UInt32(server.index)
          left -= 1
          if left == 0 { return table }
        }
      }
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func fold(_ address: IPAddress) -> UInt32 {
    address.isIPv6
      ? address.word(0) ^ address.word(1) ^ address.word(2) ^ address.word(3) : address.word(0)
  }

  /// The server of each slot, as a position in ``nodes``.
  package var slots: [Int] { table.slots }

  /// The number that a client is hashed as: folded address and port.
  private func value(of key: Span<UInt8>) -> UInt32 {
    guard let client = ClientKey(key) else { return JenkinsHash.hash(key, seed: 0) }
    return Self.fold(client.address) &+ (hashesPort ? UInt32(client.port) : 0)
  }

  private func slot(_ value: UInt32) -> Int {
    Int(Self.hash1.hash(littleEndian: value) % UInt32(truncatingIfNeeded: table.entries.count))
  }

  /// The server that a client's number leads to in a step of the fallback, given its first slot.
  private func server(_ value: UInt32, _ first: Int, step: Int) -> Int {
    table.entries[slot(value &+ UInt32((first + step) % table.entries.count))]
  }

  /// The hash of a client, of 32 bits.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    UInt64(Self.hash1.hash(littleEndian: value(of: key)))
  }

  /// The server that a client goes to; nil if it is refused.
  ///
  /// - Complexity: O(1) while the server is up, without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    let value = value(of: key)
    let first = slot(value)
    let index = table.entries[first]
    if !isDown[index] { return index }
    guard fallsBack else { return nil }
    for step in 0..<table.entries.count {
      let index = server(value, first, step: step)
      if !isDown[index] { return index }
    }
    return nil
  }

  /// The servers that are not down, in the order in which the client meets them.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    let value = value(of: key)
    let first = slot(value)
    var met = IndexSet(bound: nodes.count)
    func isFinal(_ index: Int) -> Bool {
      !isDown[index] && met.insert(index) && !visit(index)
    }
    if isFinal(table.entries[first]) { return .stopped }
    if fallsBack {
      for step in 0..<table.entries.count {
        if met.count == availableCount { break }
        if isFinal(server(value, first, step: step)) { return .stopped }
      }
    }
    return met.count == availableCount
      ? .everyNode : .stateful(fallsBack ? "the client is refused" : "no fallback")
  }

  /// The residues of M with their servers.
  ///
  /// The clients of a server that is down are refused, or hashed again under `mh-fallback`. Each further
  /// hash meets one of all slots, so that these clients are spread over the other servers as the slots
  /// are. Their shares are given where servers that are up have at least a sixth of the slots: fewer
  /// than one client in 10¹⁹ then meets none of them and is refused.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    let someAreDown = availableCount < nodes.count { $0.isMember }
    func space(_ rehashedShares: [Double]?) -> KeySpace {
      KeySpace(
        domain: .bits32,
        keyHash: KeyHashIdentity(function: hashesPort ? "ipvs-client-and-port" : "ipvs-client"),
        form: table.residues { isDown[$0] ? (fallsBack ? .rehashed : .state) : .node($0) },
        rehashedShares: rehashedShares, stateRule: someAreDown ? "the client is refused" : nil)
    }
    let unspread = space(nil)
    guard fallsBack, someAreDown, let shares = unspread.shares(nodeCount: nodes.count)?.nodes else {
      return unspread
    }
    let up = shares.reduce(0, +)
    return 6 * up >= 1 ? space(shares.map { $0 / up }) : unspread
  }
}
