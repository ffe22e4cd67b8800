internal import ConsistentHashing

/// The ring that Envoy and gRPC build: hosts own points in proportion to their shares, and the number
/// of points of all is scaled so that the host of the smallest share owns a whole number of them.
///
/// In IEEE doubles, without fused multiply-add: `scale = min(ceil(smallest · minimum) / smallest,
/// maximum)`; two sums run over the hosts, `target` grows by `scale · share` for each host, which then
/// adds points, each of them 1 to `current`, while `current < target`. Point i of a host is the hash of
/// `KEY_i`, i in decimal from 0 for each host.
struct ScaledRing: Sendable {
  let points: RingPoints

  /// The number of points of each host in the order given.
  let counts: [Int]

  /// The number of hosts whose points are kept.
  private let hostCount: Int

  /// Builds a ring.
  ///
  /// - Parameters:
  ///   - shares: The hosts: at least one, and shares that sum up to about 1.
  ///   - bound: What all indices are below.
  ///   - isOnRing: Which hosts' points are kept; the others are counted all the same.
  ///   - hash: The hash of the bytes of a point's name.
  /// - Throws: `ClusterError` if no point is kept.
  init(
    _ shares: EnvoyWeights, minimum: Int, maximum: Int, bound: Int, isOnRing: (Int) -> Bool,
    hash: (Span<UInt8>) -> UInt64
  ) throws(ClusterError) {
    let scale = min(
      Self.ceiling(shares.smallest * Double(minimum)) / shares.smallest, Double(maximum))
    var values: [UInt64] = []
    values.reserveCapacity(Int(Self.ceiling(scale)))
    var owners: [UInt32] = []
    owners.reserveCapacity(values.capacity)
    var counts: [Int] = []
    counts.reserveCapacity(shares.entries.count)
    var current = 0.0
    var target = 0.0
    for entry in shares.entries {
      target += scale * entry.share
      var name = PointName(entry.hashKey)
      let isKept = isOnRing(entry.index)
      while current < target {
        if isKept {
          values.append(hash(name.bytes.span))
          owners.append(UInt32(entry.index))
        }
        name.advance()
        current += 1
      }
      counts.append(name.number)
    }
    guard !values.isEmpty else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no host that is up owns a point of the ring",
        remedy: "raise the maximum ring size to the number of hosts or more")
    }
    points = RingPoints(values: values, owners: owners, bound: bound)
    self.counts = counts
    hostCount = shares.entries.count { isOnRing($0.index) }
  }

  /// The smallest whole number that is not below a positive one.
  private static func ceiling(_ value: Double) -> Double {
    // All values are below 2⁵³: at most a ring's size.
    let truncated = Double(Int64(value))
    return truncated < value ? truncated + 1 : truncated
  }

  /// The owners met forward from the first point at or after a hash, each once; hosts that own no
  /// point are never met.
  func walk(from hash: UInt64, bound: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: bound)
    let start = points.first(atOrAfter: hash)
    for step in 0..<points.count {
      let position = start + step
      let owner = points.owner(position < points.count ? position : position - points.count)
      if met.insert(owner), !visit(owner) { return .stopped }
    }
    return met.count == hostCount
      ? .everyNode : .stateful("hosts without a point are never tried")
  }
}

/// The names of a host's points: `KEY_0`, `KEY_1` and so on.
private struct PointName {
  private(set) var bytes: [UInt8]
  private(set) var number = 0
  private let prefix: Int

  init(_ key: String) {
    bytes = Array(key.utf8) + [UInt8(ascii: "_")]
    prefix = bytes.count
    bytes.append(UInt8(ascii: "0"))
  }

  mutating func advance() {
    number += 1
    var position = bytes.count - 1
    while position >= prefix {
      if bytes[position] < UInt8(ascii: "9") {
        bytes[position] += 1
        return
      }
      bytes[position] = UInt8(ascii: "0")
      position -= 1
    }
    bytes.insert(UInt8(ascii: "1"), at: prefix)
  }
}
