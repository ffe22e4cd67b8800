public import ConsistentHashing

/// Counts where keys go before and after a change.
///
/// Feed it keys one by one with ``count(_:)``; read ``report(of:)`` at the end. Memory does not grow
/// with the number of keys.
public struct RemapCounter: Sendable {
  /// The two clusters.
  public let pairing: NodePairing

  private let selectorBefore: any NodeSelector
  private let selectorAfter: any NodeSelector

  /// Keys of each place before and after; the last entry counts those that go by state.
  private var countsBefore: [Int]
  private var countsAfter: [Int]
  private var flows: FlowCounts
  private var total = 0

  /// Prepares counting.
  ///
  /// - Throws: ``ConsistentHashing/ClusterError`` if an algorithm refuses its cluster.
  public init(
    before: Cluster, _ algorithmBefore: Algorithm, after: Cluster, _ algorithmAfter: Algorithm
  ) throws(ClusterError) {
    pairing = NodePairing(before: before, after: after)
    selectorBefore = try algorithmBefore.selector(for: before)
    selectorAfter = try algorithmAfter.selector(for: after)
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
    let from = selectorBefore.choice(for: key).map { pairing.placeBefore[$0] } ?? stateful
    let to = selectorAfter.choice(for: key).map { pairing.placeAfter[$0] } ?? stateful
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
