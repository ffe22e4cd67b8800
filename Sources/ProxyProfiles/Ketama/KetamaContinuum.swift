internal import ConsistentHashing

/// The ring of libmemcached's weighted ketama and of twemproxy: points by share of the weight, ejected
/// servers left out.
///
/// When a server is ejected the program builds the ring anew from those that are left. Where shares of
/// 160 points do not come out the same, that moves keys between servers that stay.
struct KetamaContinuum: Sendable {
  /// What is hashed for each server, before the hyphen.
  let names: [[UInt8]]

  /// The weight of each server, 1 or more.
  let weights: [Int]

  /// Whether each server is on the ring.
  let isLive: [Bool]

  private let counts: [Int]

  /// Points in the high 32 bits; equal ones belong to the server that comes first.
  let points: RingPoints

  /// Builds the ring.
  ///
  /// - Throws: `ClusterError` if no server is live or the ring would be too large.
  init(names: [[UInt8]], weights: [Int], isLive: [Bool]) throws(ClusterError) {
    let counts = KetamaPoints.counts(weights: weights, isLive: isLive)
    let total = counts.reduce(0, +)
    guard total > 0 else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server is up", remedy: "set one to state up")
    }
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy: "list fewer servers; at most \(KetamaRing.maximumPoints) points are built")
    }
    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for (server, count) in counts.enumerated() {
      KetamaPoints.forEach(name: names[server], count: count) { point in
        values.append(UInt64(point) << 32)
        owners.append(UInt32(server))
      }
    }
    self.names = names
    self.weights = weights
    self.isLive = isLive
    self.counts = counts
    points = RingPoints(values: values, owners: owners, bound: names.count)
  }

  /// The server of the first point at or after a hash, wrapping.
  @inline(__always) func owner(of hash: UInt32) -> Int {
    points.owner(points.first(atOrAfter: UInt64(hash) << 32))
  }

  /// The servers in the order in which a key would go to them as each in turn is ejected.
  ///
  /// - Complexity: O(servers) a step where numbers of points stay as they are, O(points) otherwise.
  func walk(_ hash: UInt32, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var isLeft = isLive
    var left = isLeft.count { $0 }
    var server = owner(of: hash)
    while visit(server) {
      isLeft[server] = false
      left -= 1
      guard left > 0, let next = owner(of: hash, among: isLeft) else { return .everyNode }
      server = next
    }
    return .stopped
  }

  /// The owner of a hash on the ring of some of the servers.
  ///
  /// A server's points are the first of a sequence that is its own. So where their number has not
  /// changed they are those of this ring; the others are hashed again.
  private func owner(of hash: UInt32, among isLeft: [Bool]) -> Int? {
    let counts = KetamaPoints.counts(weights: weights, isLive: isLeft)
    var nearest: (distance: UInt32, server: Int)?
    var position = points.first(atOrAfter: UInt64(hash) << 32)
    for _ in 0..<points.count {
      if position >= points.count { position = 0 }
      let server = points.owner(position)
      if isLeft[server], counts[server] == self.counts[server] {
        let point = UInt32(truncatingIfNeeded: points.value(position) >> 32)
        nearest = (point &- hash, server)
        break
      }
      position += 1
    }
    for server in names.indices where isLeft[server] && counts[server] != self.counts[server] {
      KetamaPoints.forEach(name: names[server], count: counts[server]) { point in
        let candidate = (point &- hash, server)
        if nearest.map({ candidate < $0 }) ?? true { nearest = candidate }
      }
    }
    return nearest?.server
  }
}
