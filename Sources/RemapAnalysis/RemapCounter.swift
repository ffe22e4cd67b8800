public import ConsistentHashing

/// Counts where keys go before and after a change.
///
/// ```swift
/// let after = try placed.applying([.add("10.0.0.4:8080")])
/// var counter = try RemapCounter(before: placed, after: after, in: .native)
/// for key in keys { counter.count(key.utf8.span) }
/// let report = counter.report(of: .given)
/// ```
///
/// Memory does not grow with the number of keys.
public struct RemapCounter: Sendable {
  /// The nodes of the two clusters.
  public let pairing: NodePairing

  private let selectors: Selectors

  private enum Selectors {
    /// Both place the same hash of a key, which is computed once.
    case hashed(any HashedSelector, any HashedSelector)
    case separate(any NodeSelector, any NodeSelector)

    init(_ before: any NodeSelector, _ after: any NodeSelector) {
      if let before = before as? any HashedSelector, let after = after as? any HashedSelector,
        before.keyHash == after.keyHash
      {
        self = .hashed(before, after)
      } else {
        self = .separate(before, after)
      }
    }

    /// The nodes of many keys; −1 where a rule leaves a key to state.
    func nodes(keys: Span<UInt8>, ends: Span<Int>) throws(BatchError) -> (
      before: [Int32], after: [Int32]
    ) {
      var before = [Int32](repeating: -1, count: ends.count)
      var after = before
      var nodesBefore = before.mutableSpan
      var nodesAfter = after.mutableSpan
      switch self {
      case .hashed(let first, let second):
        var hashes = [UInt64](repeating: 0, count: ends.count)
        var places = hashes.mutableSpan
        try first.hash(keys: keys, from: 0, ends: ends, into: &places)
        try first.indices(forHashes: hashes.span, into: &nodesBefore)
        try second.indices(forHashes: hashes.span, into: &nodesAfter)
      case .separate(let first, let second):
        try first.indices(forKeys: keys, ends: ends, into: &nodesBefore)
        try second.indices(forKeys: keys, ends: ends, into: &nodesAfter)
      }
      return (before, after)
    }
  }

  /// Keys of each place before and after; the last entry counts those that are placed by state.
  private var countsBefore: [Int]
  private var countsAfter: [Int]
  private var flows: FlowCounts
  private var total = 0

  /// Prepares counting.
  ///
  /// - Parameters:
  ///   - before: The cluster before the change.
  ///   - after: The cluster after the change.
  ///   - catalogue: The rules that the two may name.
  /// - Throws: `ClusterError` if the catalogue does not have a rule, or a rule refuses its cluster.
  public init(before: PlacedCluster, after: PlacedCluster, in catalogue: RuleCatalogue)
    throws(ClusterError)
  {
    let before = try ClusterSide(before, in: catalogue)
    self.init(before: before, after: try ClusterSide(after, in: catalogue, updating: before))
  }

  /// Prepares counting with selectors that have been made.
  public init(before: ClusterSide, after: ClusterSide) {
    pairing = NodePairing(before: before, after: after)
    selectors = Selectors(before.selector, after.selector)
    countsBefore = Array(repeating: 0, count: pairing.ids.count + 1)
    countsAfter = countsBefore
    flows = FlowCounts(places: pairing.ids.count + 1)
  }

  /// The nodes of a key before and after, as positions in the pairing's ids; the number of ids stands
  /// for a choice by state, such as round robin.
  public struct Move: Hashable, Sendable {
    /// The node before the change.
    public let from: Int
    /// The node after the change.
    public let to: Int
  }

  /// Counts one key.
  ///
  /// - Returns: Its nodes before and after; the two are equal if it stays.
  @discardableResult
  public mutating func count(_ key: Span<UInt8>) -> Move {
    let byState = countsBefore.count - 1
    let from: Int
    let to: Int
    switch selectors {
    case .hashed(let before, let after):
      let hash: UInt64 = before.hash(of: key)
      from = before.index(forHash: hash)
      to = pairing.placeAfter[after.index(forHash: hash)]
    case .separate(let before, let after):
      from = before.index(for: key) ?? byState
      to = after.index(for: key).map { pairing.placeAfter[$0] } ?? byState
    }
    return note(from, to)
  }

  /// Counts many keys.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - move: Gets the number of each key that moves, from 0, and its nodes.
  /// - Throws: `BatchError` if the spans do not fit together; nothing has been counted then.
  public mutating func count(
    keys: Span<UInt8>, ends: Span<Int>, _ move: (Int, Move) -> Void = { _, _ in }
  ) throws(BatchError) {
    let nodes = try selectors.nodes(keys: keys, ends: ends)
    let byState = countsBefore.count - 1
    for number in nodes.before.indices {
      let before = Int(nodes.before[number])
      let after = Int(nodes.after[number])
      let found = note(
        before < 0 ? byState : before, after < 0 ? byState : pairing.placeAfter[after])
      if found.from != found.to { move(number, found) }
    }
  }

  /// Adds what another counter of the same change has counted.
  public mutating func add(_ other: RemapCounter) {
    total += other.total
    for place in countsBefore.indices {
      countsBefore[place] += other.countsBefore[place]
      countsAfter[place] += other.countsAfter[place]
    }
    flows.add(other.flows)
  }

  private mutating func note(_ from: Int, _ to: Int) -> Move {
    total += 1
    countsBefore[from] += 1
    countsAfter[to] += 1
    if from != to { flows.add(from, to) }
    return Move(from: from, to: to)
  }

  /// The report of the keys counted so far.
  ///
  /// - Parameter keys: The kind of the keys.
  public func report(of keys: RemapReport.Keys) -> RemapReport {
    RemapReport(
      keys: keys, total: total, pairing: pairing, countsBefore: countsBefore,
      countsAfter: countsAfter, flows: flows.sorted())
  }
}

/// Counts by pair of places: a matrix for up to 1024 places, a dictionary for more.
struct FlowCounts: Sendable {
  private let places: Int
  private var matrix: [Int]
  private var sparse: [Int: Int] = [:]

  init(places: Int) {
    self.places = places
    matrix = places <= 1024 ? Array(repeating: 0, count: places * places) : []
  }

  mutating func add(_ from: Int, _ to: Int) {
    let cell = from * places + to
    if matrix.isEmpty { sparse[cell, default: 0] += 1 } else { matrix[cell] += 1 }
  }

  /// Adds the counts of as many places.
  mutating func add(_ other: FlowCounts) {
    for cell in matrix.indices { matrix[cell] += other.matrix[cell] }
    sparse.merge(other.sparse, uniquingKeysWith: +)
  }

  /// Cells that are not empty, in the order of from, then to.
  func sorted() -> [(from: Int, to: Int, count: Int)] {
    let cells =
      matrix.isEmpty
      ? sparse.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      : matrix.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
    return cells.map { (from: $0.0 / places, to: $0.0 % places, count: $0.1) }
  }
}
