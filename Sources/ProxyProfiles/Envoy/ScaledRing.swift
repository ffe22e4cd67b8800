internal import ConsistentHashing

/// The ring that Envoy and gRPC build: hosts own points in proportion to their shares, and the number
/// of points of all is scaled so that the host of the smallest share owns a whole number of them.
///
/// In IEEE doubles, without fused multiply-add: `scale = min(ceil(smallest · minimum) / smallest,
/// maximum)`; two sums run over the hosts, `target` grows by `scale · share` for each host, which then
/// adds points while `current < target`, each of which adds 1 to `current`. Point i of a host is the
/// hash of `KEY_i`, i in decimal from 0 for each host.
struct ScaledRing: Sendable {
  let points: RingPoints

  /// The number of points of each host in the order given.
  let counts: [Int]

  /// The number of hosts that own a point.
  private let ownerCount: Int

  /// Whether all hosts whose points are kept own one.
  private let everyHostOwnsAPoint: Bool

  /// The largest ring size that Envoy and gRPC take.
  static let largestSize = 8_388_608

  /// Builds a ring.
  ///
  /// - Parameters:
  ///   - shares: The hosts: at least one, and shares that sum up to about 1.
  ///   - bound: What all indices are below.
  ///   - cap: What both sizes are cut to.
  ///   - isOnRing: Which hosts' points are kept; the others are counted all the same.
  ///   - hash: The hash of the bytes of a point's name.
  /// - Throws: `ClusterError` if the minimum is above the maximum, or no point is kept.
  init(
    _ shares: EnvoyWeights, minimum: Int, maximum: Int, cap: Int = largestSize, bound: Int,
    isOnRing: (Int) -> Bool = { _ in true }, hash: (Span<UInt8>) -> UInt64
  ) throws(ClusterError) {
    guard minimum <= maximum else {
      throw ClusterError(
        .invalidOption, .option("minimum-ring-size"),
        "the smallest ring size, \(minimum), is above the largest, \(maximum)",
        remedy: "use a minimum-ring-size that is not above the maximum-ring-size")
    }
    let scale = Self.scale(smallest: shares.smallest, minimum: min(minimum, cap), min(maximum, cap))
    var list = PointList(capacity: Int(Self.ceiling(scale)))
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
          list.append(hash(name.bytes.span), owner: entry.index)
        }
        name.advance()
        current += 1
      }
      counts.append(name.number)
    }
    guard list.count > 0 else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no host that is up owns a point of the ring",
        remedy: "raise the maximum ring size to the number of hosts or more")
    }
    points = list.ring(bound: bound)
    self.counts = counts
    let kept = zip(shares.entries, counts).filter { isOnRing($0.0.index) }
    ownerCount = kept.count { $0.1 > 0 }
    everyHostOwnsAPoint = ownerCount == kept.count
  }

  /// About how many points the ring has.
  private static func scale(smallest: Double, minimum: Int, _ maximum: Int) -> Double {
    min(ceiling(smallest * Double(minimum)) / smallest, Double(maximum))
  }

  /// How many points hosts own on average, whatever their order.
  ///
  /// The order of hosts decides which of them own the point more where this is not whole: `1.5` is 1 or
  /// 2 points, equally often.
  ///
  /// - Parameter weights: The weights of the hosts; 0 for those that are not on the ring.
  static func expectedPoints(_ weights: [Double], minimum: Int, maximum: Int) -> [Double] {
    let sum = weights.reduce(0, +)
    guard let least = weights.filter({ $0 > 0 }).min() else { return weights }
    let scale = scale(smallest: least / sum, minimum: minimum, maximum)
    return weights.map { weight in
      let points = scale * weight / sum
      // What is whole but for the last bits is whole.
      return abs(points - points.rounded()) < 1e-6 ? points.rounded() : points
    }
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
    let end = points.walkOwners(from: hash, bound: bound, count: ownerCount, visit)
    return end == .stopped || everyHostOwnsAPoint
      ? end : .stateful("hosts without a point are never tried")
  }

  /// The intervals between points.
  func keySpace(_ keyHash: KeyHashIdentity) -> KeySpace {
    KeySpace(
      domain: .bits64, keyHash: keyHash,
      form: .intervals(points.intervals(.bits64, byOwner: { .node($0) })))
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
