internal import ConsistentHashing

/// The servers that a key goes to as each in turn is ejected, where the ring is then built anew of
/// points by share of the weight.
///
/// A server's points are the beginning of a sequence of its own; how many count depends on the weights
/// that are left. So for each server the nearest point to the hash is kept among those that were looked
/// at, which is a bound as long as no more of them count. Servers wait under the number of points
/// from which on more have to be looked at.
///
/// For all servers this takes a part of a walk around the ring, the points that ejections add, and
/// O(log servers) a server. Building each ring takes all points for each server.
struct KetamaEjections {
  /// What a server's points are made of.
  struct Share: Sendable {
    let name: MD5Stream
    let weight: Int
    /// The number of points while no server is ejected.
    let count: Int
  }

  /// Servers of a weight, which all wait for this number of groups of four points.
  private struct Threshold: Hashable, Comparable {
    let weight: Int
    let groups: Int

    /// How many groups a weight of 1 has when it is reached.
    var reach: Double { Double(groups) / Double(weight) }

    static func < (a: Self, b: Self) -> Bool { a.reach < b.reach }
  }

  private let shares: [Share]
  private let hash: UInt32
  private var ejected: IndexSet
  private var weightLeft: Int
  private var serversLeft: Int

  /// How many points of each server were looked at.
  private var covered: [Int]
  /// The nearest of them: its distance from the hash, then the server, as equal points belong to the
  /// first server.
  ///
  /// The largest value for none.
  private var nearest: [UInt64]
  /// The same, and values that no longer hold.
  private var candidates: MinimumHeap<UInt64>

  private var waiting: [Threshold: [Int]] = [:]
  private var thresholds = MinimumHeap<Threshold>(ascending: [])

  /// Looks at the points of a ring from a hash on, up to where each server was met.
  ///
  /// - Parameters:
  ///   - hash: The hash of the key.
  ///   - shares: The servers, none of them ejected.
  ///   - points: Their points, in the upper bits.
  init(of hash: UInt32, _ shares: [Share], on points: RingPoints) {
    self.shares = shares
    self.hash = hash
    ejected = IndexSet(bound: shares.count)
    weightLeft = shares.reduce(0) { $0 + $1.weight }
    serversLeft = shares.count
    covered = shares.map(\.count)
    nearest = Array(repeating: .max, count: shares.count)
    var ascending: [UInt64] = []
    ascending.reserveCapacity(shares.count)
    var unmet = shares.count { $0.count > 0 }
    var position = points.first(atOrAfter: UInt64(hash) << 32)
    while unmet > 0 {
      if position >= points.count { position = 0 }
      let server = points.owner(position)
      if nearest[server] == .max {
        let key = Self.key(
          UInt32(truncatingIfNeeded: points.value(position) >> 32), hash, server)
        nearest[server] = key
        ascending.append(key)
        unmet -= 1
      }
      position += 1
    }
    candidates = MinimumHeap(ascending: ascending)
    for server in shares.indices { wait(server) }
  }

  /// Ejects a server.
  mutating func eject(_ server: Int) {
    guard ejected.insert(server) else { return }
    weightLeft -= shares[server].weight
    serversLeft -= 1
  }

  /// The server that has the key now; nil if none is left that has points.
  mutating func owner() -> Int? {
    guard serversLeft > 0 else { return nil }
    lookFurther()
    while let key = candidates.first {
      let server = Int(key & 0xFFFF_FFFF)
      if !ejected.contains(server), nearest[server] == key {
        let count = count(weight: shares[server].weight)
        if count == covered[server] || isFound(key, among: count) { return server }
        candidates.removeFirst()
        covered[server] = count
        nearest[server] = nearestKey(of: server, in: 0..<count)
        if nearest[server] != .max { candidates.insert(nearest[server]) }
        wait(server)
      } else {
        candidates.removeFirst()
      }
    }
    return nil
  }

  private func count(weight: Int) -> Int {
    KetamaPoints.count(weight: weight, of: weightLeft, servers: serversLeft)
  }

  /// Whether the nearest point of a server is among its first points.
  private func isFound(_ key: UInt64, among count: Int) -> Bool {
    let server = Int(key & 0xFFFF_FFFF)
    // A point among the others may appear twice.
    return covered[server] - count < count
      && nearestKey(of: server, in: count..<covered[server]) > key
  }

  /// Looks at the points that servers have now and did not have before.
  private mutating func lookFurther() {
    // Counts are rounded to single precision several times, each time by less than 10⁻⁷.
    let reach = 40 * Double(serversLeft) / Double(weightLeft) * (1 + 1e-6)
    var others: [Threshold] = []
    while let threshold = thresholds.first, threshold.reach <= reach {
      thresholds.removeFirst()
      let count = count(weight: threshold.weight)
      guard count / 4 >= threshold.groups else {
        others.append(threshold)
        continue
      }
      for server in waiting.removeValue(forKey: threshold) ?? []
      where !ejected.contains(server) && covered[server] / 4 + 1 == threshold.groups {
        let key = nearestKey(of: server, in: covered[server]..<count)
        covered[server] = count
        if key < nearest[server] {
          nearest[server] = key
          candidates.insert(key)
        }
        wait(server)
      }
    }
    for threshold in others { thresholds.insert(threshold) }
  }

  /// Notes when more points of a server have to be looked at.
  private mutating func wait(_ server: Int) {
    let threshold = Threshold(weight: shares[server].weight, groups: covered[server] / 4 + 1)
    if waiting[threshold] == nil { thresholds.insert(threshold) }
    waiting[threshold, default: []].append(server)
  }

  private func nearestKey(of server: Int, in range: Range<Int>) -> UInt64 {
    var nearest = UInt64.max
    KetamaPoints.forEach(shares[server].name, in: range) { point in
      nearest = min(nearest, Self.key(point, hash, server))
    }
    return nearest
  }

  private static func key(_ point: UInt32, _ hash: UInt32, _ server: Int) -> UInt64 {
    UInt64(point &- hash) << 32 | UInt64(truncatingIfNeeded: server)
  }
}
