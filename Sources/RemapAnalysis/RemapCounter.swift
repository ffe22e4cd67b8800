public import ConsistentHashing

/// Counts where keys go before and after a change.
///
/// Feed it keys one by one with ``count(_:)``; read ``report(of:)`` at the end. Memory does not grow
/// with the number of keys.
public struct RemapCounter: Sendable {
  /// The two clusters.
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
  }

  /// Keys of each place before and after; the last entry counts those that go by state.
  private var countsBefore: [Int]
  private var countsAfter: [Int]
  private var flows: FlowCounts
  private var total = 0

  /// Prepares counting.
  ///
  /// - Throws: `ClusterError` if an algorithm refuses its cluster.
  public init(
    before: Cluster, _ algorithmBefore: Algorithm, after: Cluster, _ algorithmAfter: Algorithm
  ) throws(ClusterError) {
    self.init(
      NodePairing(before: before, after: after), try algorithmBefore.selector(for: before),
      try algorithmAfter.selector(for: after))
  }

  /// Prepares counting with selectors that are built already.
  ///
  /// - Parameters:
  ///   - pairing: The two clusters.
  ///   - before: A selector of the cluster before.
  ///   - after: A selector of the cluster after.
  public init(
    _ pairing: NodePairing, _ before: any NodeSelector, _ after: any NodeSelector
  ) {
    self.pairing = pairing
    selectors = Selectors(before, after)
    countsBefore = Array(repeating: 0, count: pairing.ids.count + 1)
    countsAfter = countsBefore
    flows = FlowCounts(places: pairing.ids.count + 1)
  }

  /// Where a key went and goes, as positions in the pairing's ids; the number of ids stands for a
  /// choice by state, such as round robin.
  public struct Move: Hashable, Sendable {
    /// Before the change.
    public let from: Int
    /// After the change.
    public let to: Int
  }

  /// Counts one key.
  ///
  /// - Returns: Where it went and goes; the two are equal if it stays.
  @discardableResult
  public mutating func count(_ key: Span<UInt8>) -> Move {
    let stateful = countsBefore.count - 1
    let from: Int
    let to: Int
    switch selectors {
    case .hashed(let before, let after):
      let hash = before.hash(of: key)
      from = before.index(forHash: hash)
      to = pairing.placeAfter[after.index(forHash: hash)]
    case .separate(let before, let after):
      from = before.choice(for: key) ?? stateful
      to = after.choice(for: key).map { pairing.placeAfter[$0] } ?? stateful
    }
    total += 1
    countsBefore[from] += 1
    countsAfter[to] += 1
    if from != to { flows.add(from, to) }
    return Move(from: from, to: to)
  }

  /// The report of the keys counted so far.
  ///
  /// - Parameter keys: What the keys are.
  public func report(of keys: RemapReport.Keys) -> RemapReport {
    RemapReport(
      keys: keys, total: total, pairing: pairing, countsBefore: countsBefore,
      countsAfter: countsAfter, flows: flows.sorted())
  }
}

/// Counts by pair of places: a matrix while it is small, a dictionary when it would not be.
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

  /// Cells that are not empty, in the order of from, then to.
  func sorted() -> [(from: Int, to: Int, count: Int)] {
    let cells =
      matrix.isEmpty
      ? sparse.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      : matrix.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
    return cells.map { (from: $0.0 / places, to: $0.0 % places, count: $0.1) }
  }
}
