public import ConsistentHashing

/// What Varnish's shard director picks, bit for bit.
///
/// Rule (`vmod_directors`, Varnish 5.0 and later in this form; read in the source and recorded from
/// Varnish 7.1.1). `H` is the last four bytes of SHA-256, read as a little-endian number.
///
/// - A backend owns `floor(replicas · weight)` points, where replicas is 67 unless `reconfigure()` gives
///   another number: `H(ident decimal(j))` for j = 0, 1, … The ident is the node's id; in Varnish it is
///   the backend's name, unless `add_backend()` gives another.
/// - A weight below 1 is ignored (Varnish logs that) and counts as 1.
/// - A key goes to the first point that is at least its number (see ``VarnishKey``). A key above the
///   last point does *not* wrap: it goes to the last one.
/// - Varnish looks the point up by bisection, and two corners of that are reproduced: a ring of exactly
///   two points sends every key to the second, and a key that equals several points at once goes to
///   the one of them that bisection meets.
/// - A backend that is sick is skipped by walking on from point to point (here with wrapping) to the
///   next backend not met before.
/// - `alt=n` passes n backends before that, sick or not. If no other is healthy after them, Varnish
///   goes back to the healthy ones among the first n - 1; the n-th it never takes.
///
/// Only backends that Varnish knows to be sick are skipped, by a probe or by hand: state `down`. One
/// that refuses a connection keeps its keys.
///
/// Not modelled: `healthy=ALL` and `IGNORE`, and what depends on chance: `warmup`, and `rampup` after a
/// backend has become healthy. Equal points of two backends stand in the order of the list, as a
/// stable `qsort` leaves them.
public struct VarnishShard: NodeSelector {
  /// The options of the rule.
  public struct Options: RuleOptions {
    /// What is taken from keys.
    public var by = VarnishKey.key
    /// Points of a backend of weight 1: the argument of `reconfigure()`.
    public var replicas = 67
    /// How many backends are passed, sick or not: the argument `alt` of `backend()`.
    public var alternative = 0

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word(
        "by", \.by,
        "what keys are: text for .key(), a URL, hash_data() arguments, a blob, a number"),
      .integer(
        "replicas", \.replicas, in: 1...1_000_000, "points of a backend of weight 1"),
      .integer("alt", \.alternative, in: 0...1_000_000, "how many backends to pass first"),
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// What is taken from keys.
  public let by: VarnishKey

  /// How many backends are passed, sick or not: fewer than there are.
  package let alternative: Int

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
  ///   - options: The arguments of `reconfigure()` and `backend()`.
  /// - Complexity: O(points) expected.
  /// - Throws: `ClusterError` if no node is available, an option is out of range, or the ring would have
  ///   more than `KetamaRing.maximumPoints` points.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    try options.check(for: "varnish-shard")
    let nodes = cluster.nodes
    let counts = nodes.map {
      $0.isMember ? Self.points(weight: $0.weight, replicas: options.replicas) : 0
    }
    var total = 0
    for (position, count) in counts.enumerated() {
      total += count
      try TargetSystem("Varnish").check(points: total, .node(position))
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
    by = options.by
    memberCount = nodes.count(where: \.isMember)
    alternative = min(options.alternative, memberCount - 1)
    isSick = nodes.map { !$0.isAvailable }
    lowest = total == 2 ? 1 : 0
    positionOfRepeated = Bisection(values).positionOfRepeated()
    points = RingPoints(values: values, owners: owners, bound: nodes.count)
  }

  /// Builds the director's ring.
  ///
  /// - Parameters:
  ///   - cluster: The backends; drained ones are left out.
  ///   - replicas: The argument of `reconfigure()`.
  ///   - alternative: The argument `alt` of `backend()`.
  ///   - by: What is taken from keys.
  /// - Throws: `ClusterError` as ``init(_:_:)`` does.
  public init(
    _ cluster: Cluster, replicas: Int = 67, alternative: Int = 0, by: VarnishKey = .key
  ) throws(ClusterError) {
    var options = Options()
    options.replicas = replicas
    options.alternative = alternative
    options.by = by
    try self.init(cluster, options)
  }

  /// The number of points of a backend; 0 for the weight 0.
  static func points(weight: Double, replicas: Int) -> Int {
    // At most 10⁶ · 10⁹; conversion truncates, as in C.
    weight > 0 ? Int(Double(replicas) * max(weight, 1)) : 0
  }

  /// The backend that Varnish picks; nil if there is none (Varnish answers 503), or if keys should be
  /// numbers and this one is not.
  ///
  /// - Complexity: O(length of the key) while the backend is healthy and none is passed; without
  ///   allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard let number = by.value(of: key) else { return nil }
    return index(at: position(of: number))
  }

  /// The backend that Varnish picks at a point.
  private func index(at position: Int) -> Int? {
    if alternative == 0 {
      let owner = points.owner(position)
      if !isSick[owner] { return owner }
    }
    var found: Int?
    walk(from: position) { index in
      found = index
      return false
    }
    return found
  }

  /// The backends in the order in which Varnish takes them as each turns sick.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    guard let number = by.value(of: key) else { return .stateful("no backend") }
    return walk(from: position(of: number), visit)
  }

  private func position(of number: UInt32) -> Int {
    if !positionOfRepeated.isEmpty, let position = positionOfRepeated[number] { return position }
    let position = points.first(atOrAfter: UInt64(number) << 32)
    return max(lowest, min(position, points.count - 1))
  }

  @discardableResult
  private func walk(from position: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = 0
    let end = points.walkOwners(fromPosition: position, bound: nodes.count, count: memberCount) {
      met += 1
      return met <= alternative || isSick[$0] || visit($0)
    }
    if end == .stopped || alternative == 0 { return end }
    // Back to those that were passed, except for the last.
    for place in (0..<alternative - 1).reversed() {
      let owner = owner(metAt: place, from: position)
      if !isSick[owner], !visit(owner) { return .stopped }
    }
    return isSick[owner(metAt: alternative - 1, from: position)]
      ? .everyNode : .stateful("no backend")
  }

  /// The backend that a walk meets at a place of its order.
  ///
  /// It is looked for again, as a list of those met would have to be allocated.
  private func owner(metAt place: Int, from position: Int) -> Int {
    var left = place
    var found = 0
    _ = points.walkOwners(fromPosition: position, bound: nodes.count) { owner in
      found = owner
      left -= 1
      return left >= 0
    }
    return found
  }

  /// What is taken from the key; nil if it should be a number and is not.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    by.value(of: key).map { UInt64($0) }
  }

  /// The intervals between points, each with the backend that Varnish picks there, and those single
  /// numbers for which bisection ends elsewhere.
  ///
  /// - Complexity: O(points) while most backends are healthy and none is passed.
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(.bits32, capacity: points.count)
    func append(through end: UInt64, _ position: Int) {
      intervals.append(through: end, index(at: position).map { .node($0) } ?? .state)
    }
    for position in 0..<points.count {
      let value = points.value(position) >> 32
      let repeated = positionOfRepeated[UInt32(value)]
      if repeated != nil, value > 0 { append(through: value - 1, max(lowest, position)) }
      append(through: value, repeated ?? max(lowest, position))
    }
    append(through: HashDomain.bits32.last, points.count - 1)
    return KeySpace(
      intervals, keyHash: by.identity, stateRule: "no backend", hashesEveryKey: by != .integer)
  }
}

/// The bisection by which the director looks points up, for the keys whose answer depends on it.
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

  /// Finds a value that is listed: halves the range until the middle is the value, or right before it.
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
