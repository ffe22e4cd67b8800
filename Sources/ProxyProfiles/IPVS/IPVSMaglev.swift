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
/// Keys are clients: `203.0.113.7:40000`, `[2001:db8::7]:40000`, or an address alone. Any other key is
/// no client; it takes the jhash of its bytes in place of the folded address, so that samples spread as
/// clients do.
///
/// Not modelled: connections that exist, persistence, and servers set aside by thresholds.
public struct IPVSMaglev: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The number of slots.
  public let tableSize: Int

  /// Whether clients of servers that are down are hashed again: `mh-fallback`.
  public let fallsBack: Bool

  /// Whether the client's port counts: `mh-port`.
  public let hashesPort: Bool

  private let table: NodeTable
  private let isDown: [Bool]
  private let memberCount: Int

  private static let hash1 = HSipHash(2_654_435_761, 2_654_435_761)
  private static let hash2 = HSipHash(2_654_446_892, 2_654_446_892)

  /// The sizes of tables under `CONFIG_IP_VS_MH_TAB_INDEX` 8 to 17.
  private static let primes = [251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071]

  /// The order in which a list of servers is given.
  public enum ListOrder: String, CaseIterable, Sendable {
    /// In the order in which they are added, as in scripts and configuration files.
    case added
    /// As the kernel lists them: the one added last first.
    case kernel
  }

  /// Builds the table of a cluster.
  ///
  /// - Parameters:
  ///   - cluster: The nodes, in `order`.
  ///   - tableIndex: `CONFIG_IP_VS_MH_TAB_INDEX`, from 8 to 17.
  ///   - fallsBack: Whether the service has the flag `mh-fallback`.
  ///   - hashesPort: Whether the service has the flag `mh-port`.
  ///   - order: The order of the nodes.
  /// - Throws: `ClusterError` if no node is available, an address is not an IP address with a port,
  ///   IPv4 and IPv6 are mixed, a weight is not whole, or there are more servers than slots.
  public init(
    _ cluster: Cluster, tableIndex: Int = 12, fallsBack: Bool = false, hashesPort: Bool = false,
    order: ListOrder = .added
  ) throws(ClusterError) {
    try cluster.requireAvailableNode()
    guard (8...17).contains(tableIndex) else {
      throw ClusterError(
        .invalidOption, .option("table-index"), "the table index is \(tableIndex)",
        remedy: "use a number from 8 to 17")
    }
    let nodes = cluster.nodes
    let size = Self.primes[tableIndex - 8]
    guard nodes.count <= size else {
      throw ClusterError(
        .tooLarge, .cluster, "\(nodes.count) servers are more than the \(size) slots",
        remedy: "use a larger table-index")
    }
    var servers: [Server] = []
    var isIPv6: Bool?
    for (index, node) in nodes.enumerated() {
      let address = try ServerAddress(node, at: index, system: "IPVS")
      if let isIPv6, isIPv6 != address.address.isIPv6 {
        throw ClusterError(
          .invalidAddress, .node(index), "node '\(node.id)' is of another address family",
          remedy: "an IPVS service has addresses of one family")
      }
      isIPv6 = address.address.isIPv6
      let weight = try node.wholeWeight(0...65_535, at: index, system: "IPVS")
      let value = UInt32(address.port) &+ Self.fold(address.address)
      servers.append(
        Server(
          index: index, weight: node.isMember ? weight : 0,
          offset: Int(Self.hash1.hash(littleEndian: value)) % size,
          skip: Int(Self.hash2.hash(littleEndian: value)) % (size - 1) + 1))
    }
    if order == .added { servers.reverse() }
    self.nodes = nodes
    tableSize = size
    self.fallsBack = fallsBack
    self.hashesPort = hashesPort
    isDown = nodes.map { !$0.isAvailable }
    memberCount = nodes.count(where: \.isAvailable)
    table = NodeTable(Self.fill(servers, size: size, bits: tableIndex / 2), bound: nodes.count)
  }

  private struct Server {
    let index: Int
    let weight: Int
    let offset: Int
    let skip: Int
  }

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
  public var slots: [Int] { (0..<tableSize).map { table[$0] } }

  /// The number that a client is hashed as: folded address and port.
  private func value(of key: Span<UInt8>) -> UInt32 {
    guard let client = ClientKey(key) else { return JenkinsHash.hash(key, seed: 0) }
    return Self.fold(client.address) &+ (hashesPort ? UInt32(client.port) : 0)
  }

  private func slot(_ value: UInt32) -> Int {
    Int(Self.hash1.hash(littleEndian: value) % UInt32(truncatingIfNeeded: tableSize))
  }

  /// The server that a client goes to; nil if it is refused.
  ///
  /// - Complexity: O(1) while the server is up, without allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    let value = value(of: key)
    let first = slot(value)
    let index = table[first]
    if !isDown[index] { return index }
    guard fallsBack else { return nil }
    for step in 0..<tableSize {
      let index = table[slot(value &+ UInt32((first + step) % tableSize))]
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
    if isFinal(table[first]) { return .stopped }
    if fallsBack {
      for step in 0..<tableSize {
        if met.count == memberCount { break }
        if isFinal(table[slot(value &+ UInt32((first + step) % tableSize))]) { return .stopped }
      }
    }
    return met.count == memberCount
      ? .everyNode : .stateful(fallsBack ? "the client is refused" : "no fallback")
  }
}
