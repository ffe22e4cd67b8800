public import ConsistentHashing

/// What nginx picks under `hash KEY consistent`, bit for bit.
///
/// Rule (nginx 1.7.2 and later for http, 1.9.0 and later for stream; the same code in both, read in
/// `ngx_http_upstream_hash_module.c` and recorded from nginx 1.22.1):
///
/// - A server line with weight w owns 160·w points. The bytes hashed are HOST, a zero byte, PORT, and
///   the previous point as four little-endian bytes (0 for the first):
///   `point = crc32(HOST 00 PORT LE32(previous))`, CRC-32 of IEEE 802.3. HOST and PORT come from the
///   text of the line, which is the node's address: `unix:` is dropped and leaves no port, and brackets
///   stay with the host.
/// - Points sort by value; of equal ones the line that stands first keeps it.
/// - A key goes to the first point that is at least `crc32(key)`, wrapping to the first.
/// - A server that is down, or was tried by this request, is skipped by stepping to the next *point*.
///   After more than 20 such steps nginx leaves the ring for round robin, and so does this preference.
/// - An empty key goes to round robin (nginx 1.17.1 and later).
/// - Nodes with the property `backup` get no key. nginx has no weight 0 and no draining: such a node is
///   a line that is `down`.
///
/// Not modelled, because no configuration determines it: servers that nginx has set aside after
/// failures (`max_fails`) or for `max_conns`, the address of a host name with several, the order of
/// `backup` lines.
///
/// Equal points beyond the first keep configuration order under glibc, whose `qsort` is stable; nginx
/// on another C library may differ for them (about one point in 2³² / points).
public struct NginxConsistentHash: NodeSelector {
  /// The options of the rule.
  public struct Options: RuleOptions {
    /// Points of a server of weight 1; nginx has no other number.
    public var virtualNodes = CRC32Ring.virtualNodes

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .integer(
        "virtual-nodes", \.virtualNodes, in: CRC32Ring.virtualNodes...CRC32Ring.virtualNodes,
        "points of a server of weight 1; nginx has no other number")
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let peers: NginxPeers

  /// The owner of a point is the first line with its text.
  private let ring: CRC32Ring

  /// For each line, the next line with the same text; its own position for the last.
  private let nextOfSameText: [Int]

  /// Builds nginx's ring for a cluster, as `chash generate nginx` writes it.
  ///
  /// - Complexity: O(points) expected, 160 for each unit of weight.
  /// - Throws: `ClusterError` if no node but backups is available, a weight is not whole, or the ring
  ///   would have more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster, _ options: Options = Options()) throws(ClusterError) {
    try options.check(for: "nginx")
    let lines = try NginxPeer.lines(of: cluster)
    var members: [CRC32Ring.Member] = []
    var ofText: [NodeID: (first: Int, last: Int)] = [:]
    var next = Array(lines.indices)
    for (position, line) in lines.enumerated() where !line.isBackup {
      let text = NodeID(line.text)
      let known = ofText[text]
      if let known { next[known.last] = position }
      let first = known?.first ?? position
      ofText[text] = (first, position)
      members.append(
        CRC32Ring.Member(
          name: Self.hashedBytes(of: line.text), weight: line.weight, owner: first))
    }
    nodes = cluster.nodes
    peers = try NginxPeers(lines)
    nextOfSameText = next
    ring = try CRC32Ring(
      members, of: .nginx, bound: cluster.nodes.count, keepingFirstOfEqual: true)
  }

  /// The bytes that the points of a line start from: host, one zero byte, port.
  package static func hashedBytes(of text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    // In upper or lower case.
    if bytes.count >= 5, bytes.prefix(5).map({ $0 | 0x20 }).elementsEqual("unix:".utf8) {
      return bytes.dropFirst(5) + [0]
    }
    var split = bytes.count
    while split > 0, (0x30...0x39).contains(bytes[split - 1]) { split -= 1 }
    guard split > 0, bytes[split - 1] == UInt8(ascii: ":") else { return bytes + [0] }
    return bytes[..<(split - 1)] + [0] + bytes[split...]
  }

  /// The server line that nginx picks for a key; nil for an empty key, which goes to round robin,
  /// and for a key that meets more than 20 points of servers that are down.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard key.count > 0, peers.isHashing else { return peers.only }
    let owner = ring.owner(of: key)
    if peers.isUsable[owner] { return owner }
    return firstOfPreference(for: key)
  }

  /// The server lines that nginx picks for many keys, looked up together.
  public func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try ring.indices(forKeys: keys, ends: ends, into: &indices) { owner, key in
      peers.isHashing && key.count > 0 && peers.isUsable[owner]
        ? owner : firstOfPreference(for: key)
    }
  }

  /// The servers in the order in which nginx tries them as each fails, until it leaves the ring.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var position = ring.position(of: key)
    return peers.walk(isHashed: key.count > 0, visit) { isFree in
      if let line = line(at: position, isFree) { return line }
      position = ring.position(after: position)
      return nil
    }
  }

  /// The first line with the text of a point that is free.
  private func line(at position: Int, _ isFree: (Int) -> Bool) -> Int? {
    var line = ring.points.owner(position)
    while !isFree(line) {
      let next = nextOfSameText[line]
      if next == line { return nil }
      line = next
    }
    return line
  }

  /// The first usable line within the steps that nginx goes along the ring.
  private func firstUsable(from position: Int) -> Int? {
    var position = position
    for _ in 0...NginxPeers.maximumSteps {
      if let line = line(at: position, { peers.isUsable[$0] }) { return line }
      position = ring.position(after: position)
    }
    return nil
  }

  /// CRC-32 of the key; nil for an empty one, which nginx does not hash.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    key.count > 0 ? UInt64(ring.hash(of: key)) : nil
  }

  /// The intervals between points, each with the line that answers: steps past lines that are down are
  /// taken.
  ///
  /// - Complexity: O(points).
  public func keySpace() -> KeySpace {
    if let only = peers.only {
      return KeySpace(everyKeyTo: only, domain: .bits32, keyHash: CRC32Ring.keyHash)
    }
    return ring.keySpace(stateRule: "round robin", hashesEveryKey: false) { firstUsable(from: $0) }
  }
}
