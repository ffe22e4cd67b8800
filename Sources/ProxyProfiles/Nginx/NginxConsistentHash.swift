public import ConsistentHashing

/// What nginx picks under `hash KEY consistent`, bit for bit.
///
/// Rule (nginx 1.7.2 and later for http, 1.9.0 and later for stream; the same code in both, read in
/// `ngx_http_upstream_hash_module.c` and recorded from nginx 1.22.1):
///
/// - A server line with weight w owns 160·w points. The bytes hashed are HOST, a zero byte, PORT, and
///   the previous point as four little-endian bytes (0 for the first):
///   `point = crc32(HOST 00 PORT LE32(previous))`, CRC-32 of IEEE 802.3. HOST and PORT come from the
///   text of the line; see ``NginxPeer/hashedBytes``.
/// - Points sort by value; of equal ones the line that stands first keeps it.
/// - A key goes to the first point that is at least `crc32(key)`, wrapping to the first.
/// - A server that is down, or was tried by this request, is passed by stepping to the next *point*.
///   After more than 20 such steps nginx leaves the ring for round robin, and so does this preference.
/// - An empty key goes to round robin (nginx 1.17.1 and later).
///
/// Not modelled, because no configuration determines it: servers that nginx has set aside after
/// failures (`max_fails`) or for `max_conns`, the address of a host name with several, the order of
/// `backup` lines.
///
/// Equal points beyond the first keep configuration order under glibc, whose `qsort` is stable; nginx
/// on another C library may differ for them (about one point in 2³² / points).
public struct NginxConsistentHash: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The server lines, one for each node.
  public let servers: [NginxPeer]

  /// Points of a server of weight 1.
  public static let virtualNodes = 160

  private let crc = CRC32()

  /// Points in the high 32 bits.
  private let points: RingPoints

  /// Lines that are no backups.
  private let lineCount: Int

  /// The line that is picked where nothing is hashed, if that is no question of state.
  private let choiceWithoutHash: Int?

  /// For each line, the next line with the same text; its own position for the last.
  private let nextOfSameText: [Int]

  /// Builds nginx's ring for a cluster, as `chash generate nginx` writes it.
  ///
  /// - Complexity: O(points) expected, 160 for each unit of weight.
  /// - Throws: `ClusterError` if no node is available, a weight is not whole, or the ring would have
  ///   more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try self.init(nodes: cluster.nodes, servers: try NginxPeer.lines(of: cluster))
  }

  /// Builds nginx's ring for server lines that a cluster cannot express, such as repeated ones.
  ///
  /// - Parameters:
  ///   - nodes: What positions refer to, one for each line.
  ///   - servers: The lines, in the order of the configuration.
  /// - Throws: `ClusterError` as ``init(_:)`` does.
  public init(nodes: [Node], servers: [NginxPeer]) throws(ClusterError) {
    try NginxPeer.check(servers, for: nodes)
    let total = servers.reduce(0) { $0 + ($1.isBackup ? 0 : $1.weight * Self.virtualNodes) }
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster,
        "nginx's ring would have \(total) points, \(total / 62_500_000) GB in every worker",
        remedy: "lower the weights; at most \(KetamaRing.maximumPoints) points are built")
    }

    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    var firstOfText: [NodeID: Int] = [:]
    var next = Array(servers.indices)
    for (position, server) in servers.enumerated() where !server.isBackup {
      let text = NodeID(server.text)
      let first = firstOfText[text] ?? position
      if first == position {
        firstOfText[text] = position
      } else {
        var last = first
        while next[last] != last { last = next[last] }
        next[last] = position
      }
      let base = crc.update(CRC32.initial, server.hashedBytes.span)
      var point: UInt32 = 0
      for _ in 0..<(server.weight * Self.virtualNodes) {
        point = ~crc.update(base, littleEndian: point)
        values.append(UInt64(point) << 32)
        owners.append(UInt32(first))
      }
    }
    self.nodes = nodes
    self.servers = servers
    lineCount = servers.count { !$0.isBackup }
    choiceWithoutHash = NginxAttempts(servers).only
    nextOfSameText = next
    points = RingPoints(
      values: values, owners: owners, bound: nodes.count, keepingFirstOfEqual: true)
  }

  /// The server line that nginx picks for a key; nil for an empty key, which goes to round robin,
  /// and for a key that meets more than 20 points of servers that are down.
  ///
  /// - Complexity: O(length of the key), without allocation while the server is up.
  public func choice(for key: Span<UInt8>) -> Int? {
    guard key.count > 0, lineCount > 1 else { return choiceWithoutHash }
    let owner = points.owner(points.first(atOrAfter: UInt64(crc.checksum(key)) << 32))
    return servers[owner].isDown ? firstOfPreference(for: key) : owner
  }

  /// The choices for many keys, looked up together.
  public func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try points.choose(
      forKeys: keys, ends: ends, into: &choices, place: { UInt64(crc.checksum($0)) << 32 }
    ) { owner, key in
      key.count > 0 && lineCount > 1 && !servers[owner].isDown ? owner : firstOfPreference(for: key)
    }
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the ring.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var attempts = NginxAttempts(servers)
    if key.count > 0, lineCount > 1 {
      var position = points.first(atOrAfter: UInt64(crc.checksum(key)) << 32)
      if position == points.count { position = 0 }
      while attempts.isHashing {
        if let line = untried(points.owner(position), attempts) {
          attempts.markTried(line)
          if !visit(line) { return .stopped }
        } else {
          position = position + 1 == points.count ? 0 : position + 1
          attempts.steps += 1
        }
      }
    }
    return attempts.finish(visit)
  }

  /// The first line with the text of a point that is up and untried.
  private func untried(_ first: Int, _ attempts: NginxAttempts) -> Int? {
    var line = first
    while true {
      if attempts.untried[line] { return line }
      if nextOfSameText[line] == line { return nil }
      line = nextOfSameText[line]
    }
  }
}
