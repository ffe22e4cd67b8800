public import ConsistentHashing

/// What Varnish's shard director picks, bit for bit.
///
/// Rule (`vmod_directors`, Varnish 5.0 and later in this form; read in the source and recorded from
/// Varnish 7.1.1). `H` is the last four bytes of SHA-256, read as a little-endian number.
///
/// - A backend owns `floor(replicas · weight)` points, replicas being 67 unless given to
///   `reconfigure()`: `H(ident decimal(j))` for j = 0, 1, … The ident is the node's id; in Varnish it
///   is the backend's name, unless `add_backend()` gives another.
/// - A weight below 1 is ignored (Varnish logs that) and counts as 1.
/// - A key goes to the first point that is at least its number (see ``VarnishKey``). A key above the
///   last point does *not* wrap: it goes to the last one.
/// - Varnish looks the point up by bisection, and two corners of that are reproduced: a ring of exactly
///   two points sends every key to the second, and a key that equals several points at once goes to
///   the one of them that bisection meets.
/// - A backend that is sick is passed by walking on from point to point (here with wrapping) to the
///   next backend not met before.
/// - `alt=n` passes n backends before that, sick or not. If no other is healthy behind them, Varnish
///   goes back to the healthy ones among the first n - 1; the n-th it never takes.
///
/// Only backends that Varnish knows to be sick are passed, by a probe or by hand: state `down`. One
/// that refuses a connection keeps its keys.
///
/// Not modelled: `healthy=ALL` and `IGNORE`, and what chance decides: `warmup`, and `rampup` after a
/// backend has become healthy. Equal points of two backends stand in the order of the list, as a
/// stable `qsort` leaves them.
public struct VarnishShard: NodeSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// Points of a backend of weight 1.
  public let replicas: Int

  /// How many backends are passed, sick or not.
  public let alternative: Int

  /// What is taken from keys.
  public let by: VarnishKey

  /// Points of a backend of weight 1, unless given.
  public static let defaultReplicas = 67

  /// Points in the high 32 bits.
  private let points: RingPoints

  /// The position that keys below all points get: 0, or 1 where bisection never looks at the first.
  private let lowest: Int

  /// Where bisection ends for keys that equal several points.
  private let positionOfRepeated: [UInt32: Int]

  private let isSick: [Bool]
  private let memberCount: Int

  /// Builds the director's ring.
  ///
  /// - Parameters:
  ///   - cluster: The backends; drained ones are left out.
  ///   - replicas: The argument of `reconfigure()`.
  ///   - alternative: The argument `alt` of `backend()`.
  ///   - by: What is taken from keys.
  /// - Complexity: O(points) expected.
  /// - Throws: `ClusterError` if no node is available, `replicas` or `alternative` is out of range,
  ///   or the ring would have more than `KetamaRing.maximumPoints` points.
  public init(
    _ cluster: Cluster, replicas: Int = defaultReplicas, alternative: Int = 0,
    by: VarnishKey = .key
  ) throws(ClusterError) {
    try cluster.requireAvailableNode()
    guard (1...1_000_000).contains(replicas), alternative >= 0 else {
      throw ClusterError(
        .invalidOption, .option(replicas < 1 || replicas > 1_000_000 ? "replicas" : "alt"),
        "the director cannot have \(replicas) replicas and alt \(alternative)",
        remedy: "use 1 to 1000000 replicas, and 0 or more for alt")
    }
    let nodes = cluster.nodes
    // At most 10⁶ · 10⁹; conversion truncates, as in C.
    let counts = nodes.map { $0.isMember ? Int(Double(replicas) * max($0.weight, 1)) : 0 }
    var total = 0
    for (position, count) in counts.enumerated() {
      total += count
      guard total <= KetamaRing.maximumPoints else {
        throw ClusterError(
          .tooLarge, .node(position), "the director's ring would have more than \(total) points",
          remedy:
            "lower the weights or replicas; at most \(KetamaRing.maximumPoints) points are built")
      }
    }

    var values: [UInt64] = []
    values.reserveCapacity(total)
    var owners: [UInt32] = []
    owners.reserveCapacity(total)
    for (position, count) in counts.enumerated() {
      var text = Array(nodes[position].id.text.utf8)
      let length = text.count
      for j in 0..<count {
        text.removeSubrange(length...)
        text.append(contentsOf: String(j).utf8)
        values.append(UInt64(VarnishKey.tail(of: text.span)) << 32)
        owners.append(UInt32(position))
      }
    }
    self.nodes = nodes
    self.replicas = replicas
    self.by = by
    memberCount = nodes.count(where: \.isMember)
    self.alternative = min(alternative, memberCount - 1)
    isSick = nodes.map { !$0.isAvailable }
    lowest = total == 2 ? 1 : 0
    positionOfRepeated = Bisection(values).positionOfRepeated()
    points = RingPoints(values: values, owners: owners, bound: nodes.count)
  }

  /// The backend that Varnish picks; nil if there is none (Varnish answers 503), or if keys are
  /// numbers and this one is not.
  ///
  /// - Complexity: O(length of the key) while the backend is healthy and nothing is passed. SHA-256
  ///   itself keeps its state in one short-lived allocation.
  public func choice(for key: Span<UInt8>) -> Int? {
    guard let number = by.value(of: key) else { return nil }
    if alternative == 0 {
      let owner = points.owner(position(of: number))
      if !isSick[owner] { return owner }
    }
    var found: Int?
    walk(from: number) { index in
      found = index
      return false
    }
    return found
  }

  /// The backends in the order in which Varnish takes them as each turns sick.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let number = by.value(of: key) else { return .stateful("no backend") }
    return walk(from: number, visit)
  }

  private func position(of number: UInt32) -> Int {
    if !positionOfRepeated.isEmpty, let position = positionOfRepeated[number] { return position }
    let position = points.first(atOrAfter: UInt64(number) << 32)
    return max(lowest, min(position, points.count - 1))
  }

  @discardableResult
  private func walk(from number: UInt32, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var isMet = [Bool](repeating: false, count: nodes.count)
    var passed: [Int] = []
    var position = position(of: number)
    var met = 0
    while met < memberCount {
      let owner = points.owner(position)
      position = position + 1 == points.count ? 0 : position + 1
      if isMet[owner] { continue }
      isMet[owner] = true
      met += 1
      if passed.count < alternative {
        passed.append(owner)
      } else if !isSick[owner], !visit(owner) {
        return .stopped
      }
    }
    for owner in passed.dropLast().reversed() where !isSick[owner] {
      if !visit(owner) { return .stopped }
    }
    return passed.last.map { isSick[$0] } ?? true ? .everyNode : .stateful("no backend")
  }
}

/// The bisection by which the director looks points up, for the keys that tell it from any other.
private struct Bisection {
  let values: [UInt64]

  init(_ values: [UInt64]) {
    self.values = values.sorted()
  }

  /// For each value that occurs several times, the position at which bisection finds it.
  func positionOfRepeated() -> [UInt32: Int] {
    var positions: [UInt32: Int] = [:]
    for index in values.indices.dropFirst() where values[index] == values[index - 1] {
      positions[UInt32(values[index] >> 32)] = find(values[index])
    }
    return positions
  }

  /// A value that is there: halves the range until the middle is it, or stands right before it.
  private func find(_ value: UInt64) -> Int {
    var low = 0
    var high = values.count
    while true {
      let middle = (low + high) / 2
      if values[middle] == value || middle == values.count - 1 { return middle }
      if values[middle] < value {
        if values[middle + 1] == value { return middle + 1 }
        low = middle
      } else {
        high = middle
      }
    }
  }
}
