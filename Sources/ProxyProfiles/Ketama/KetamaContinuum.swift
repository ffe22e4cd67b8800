internal import ConsistentHashing

/// The ring of libmemcached and of twemproxy, without the servers that are ejected.
///
/// When a server is ejected, the program builds the ring anew from those that are left. Where points go
/// by share of the weight and shares of 160 points do not come out the same, that moves keys between
/// servers that stay.
struct KetamaContinuum: Sendable {
  /// A server, in the order of the program.
  struct Server {
    /// The position of its node.
    let node: Int
    /// What is hashed before the hyphen.
    let name: String
    /// Its weight, 1 or more.
    let weight: Int
  }

  /// Points, shifted to the top bits; equal ones belong to the server that comes first.
  let points: RingPoints

  /// How many bits hashes are shifted to the left to compare with points.
  private let shift: UInt64

  private let nodeOfServer: [Int]

  /// Empty if the points of a server do not depend on the others.
  private let shares: [KetamaEjections.Share]

  /// Builds a ring of points by share of the weight: words of the MD5.
  ///
  /// - Parameters:
  ///   - servers: The servers that are not ejected, at least one.
  ///   - system: The program.
  /// - Throws: `ClusterError` if the ring would be too large.
  init(_ servers: [Server], _ system: TargetSystem) throws(ClusterError) {
    let sum = servers.reduce(0) { $0 + $1.weight }
    let shares = servers.map { server in
      KetamaEjections.Share(
        name: MD5Stream(hyphenating: server.name.utf8), weight: server.weight,
        count: KetamaPoints.count(weight: server.weight, of: sum, servers: servers.count))
    }
    let total = shares.reduce(0) { $0 + $1.count }
    try system.check(points: total)
    var list = PointList(capacity: total)
    for (server, share) in shares.enumerated() {
      KetamaPoints.forEach(share.name, in: 0..<share.count) { list.append($0, owner: server) }
    }
    points = list.ring(bound: servers.count)
    shift = 32
    nodeOfServer = servers.map(\.node)
    self.shares = shares
  }

  /// Builds a ring on which every server has the same number of points: hashes of `NAME-j`.
  ///
  /// Hashes of fewer bits spread over the whole ring as well.
  ///
  /// - Parameters:
  ///   - servers: The servers that are not ejected, at least one.
  ///   - count: The number of points of a server.
  ///   - hash: What hashes them.
  ///   - system: The program.
  /// - Throws: `ClusterError` if the ring would be too large.
  init(
    _ servers: [Server], pointsEach count: Int, _ hash: MemcacheHash, _ system: TargetSystem
  ) throws(ClusterError) {
    let total = servers.count * count
    try system.check(points: total)
    shift = UInt64(hash.domain.last.leadingZeroBitCount)
    var list = PointList(capacity: total)
    for (server, description) in servers.enumerated() {
      var text = Array(description.name.utf8) + [UInt8(ascii: "-")]
      let length = text.count
      for j in 0..<count {
        text.removeSubrange(length...)
        text.append(decimal: j)
        list.append(UInt64(hash.hash(text.span)) << shift, owner: server)
      }
    }
    points = list.ring(bound: servers.count)
    nodeOfServer = servers.map(\.node)
    shares = []
  }

  /// The node of the first point at or after a hash, wrapping.
  @inline(__always) func node(ofHash hash: UInt32) -> Int {
    nodeOfServer[points.owner(points.first(atOrAfter: UInt64(hash) &<< shift))]
  }

  /// The nodes of many keys.
  ///
  /// - Parameters:
  ///   - isMD5: Whether the hash is the first word of the MD5 of the whole key.
  ///   - hash: What hashes keys.
  @inline(__always) func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>,
    isMD5: Bool, hash: (Span<UInt8>) -> UInt32
  ) throws(BatchError) {
    if isMD5 {
      return try points.indicesByMD5(
        forKeys: keys, ends: ends, into: &indices, shiftedBy: shift
      ) { owner, _ in nodeOfServer[owner] }
    }
    try points.indices(
      forKeys: keys, ends: ends, into: &indices, place: { UInt64(hash($0)) &<< shift }
    ) { owner, _ in nodeOfServer[owner] }
  }

  /// The intervals of hashes, each with its node.
  ///
  /// - Parameter domain: The hashes of keys, which may span only the beginning of the ring.
  func intervals(_ domain: HashDomain) -> OwnedIntervals {
    var intervals = OwnedIntervals(domain, capacity: points.count + 1)
    for position in 0..<points.count {
      let end = min(points.value(position) >> shift, domain.last)
      intervals.append(through: end, .node(nodeOfServer[points.owner(position)]))
      if end == domain.last { break }
    }
    intervals.appendRest(.node(nodeOfServer[points.owner(0)]))
    return intervals
  }
}

extension KetamaContinuum {
  /// Visits the nodes in the order in which a key would go to them as each in turn is ejected.
  ///
  /// - Complexity: O(points passed) where a server's points do not depend on the others. Otherwise
  ///   O(points · log servers) for all servers; nothing is allocated for up to 128 of them, where each takes
  ///   O(points).
  func walk(_ hash: UInt32, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if shares.isEmpty {
      // The ring without a server is this one without its points.
      return points.walkOwners(from: UInt64(hash) << shift, bound: nodeOfServer.count) {
        visit(nodeOfServer[$0])
      }
    }
    return shares.count > Self.mostWithoutMemory
      ? walkWithMemory(hash, visit) : walkWithoutMemory(hash, visit)
  }

  /// Up to so many servers, routers that walk a preference get it without an allocation.
  private static let mostWithoutMemory = 128

  private func walkWithMemory(_ hash: UInt32, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var server = points.owner(ofHash: UInt64(hash) << shift)
    guard visit(nodeOfServer[server]) else { return .stopped }
    var ejections = KetamaEjections(of: hash, shares, on: points)
    while true {
      ejections.eject(server)
      guard let next = ejections.owner() else { return .everyNode }
      guard visit(nodeOfServer[next]) else { return .stopped }
      server = next
    }
  }

  private func walkWithoutMemory(_ hash: UInt32, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var left = shares.reduce(0) { $0 + $1.weight }
    var ejected = IndexSet(bound: shares.count)
    var server = points.owner(ofHash: UInt64(hash) << shift)
    while visit(nodeOfServer[server]) {
      _ = ejected.insert(server)
      left -= shares[server].weight
      guard left > 0, let next = owner(of: hash, without: ejected, weightLeft: left) else {
        return .everyNode
      }
      server = next
    }
    return .stopped
  }

  /// The owner of a hash on the ring without some of its servers, at least one of which is left.
  ///
  /// A server's points are the beginning of a sequence of its own. So where their number has not
  /// changed, they are those of this ring; the others are hashed again.
  private func owner(of hash: UInt32, without ejected: IndexSet, weightLeft sum: Int) -> Int? {
    let left = shares.count - ejected.count
    func count(_ server: Int) -> Int? {
      guard !ejected.contains(server) else { return nil }
      return KetamaPoints.count(weight: shares[server].weight, of: sum, servers: left)
    }
    var nearest: (distance: UInt32, server: Int)?
    var position = points.first(atOrAfter: UInt64(hash) << shift)
    for _ in 0..<points.count {
      if position >= points.count { position = 0 }
      let server = points.owner(position)
      if count(server) == shares[server].count {
        let point = UInt32(truncatingIfNeeded: points.value(position) >> shift)
        nearest = (point &- hash, server)
        break
      }
      position += 1
    }
    for server in shares.indices {
      guard let count = count(server), count != shares[server].count else { continue }
      KetamaPoints.forEach(shares[server].name, in: 0..<count) { point in
        let candidate = (point &- hash, server)
        if nearest.map({ candidate < $0 }) ?? true { nearest = candidate }
      }
    }
    return nearest?.server
  }
}
