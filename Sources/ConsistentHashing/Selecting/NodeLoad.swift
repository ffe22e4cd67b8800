/// The requests that nodes have in flight, and how far above the mean a node may go.
///
/// Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2016): a node at its limit
/// takes no more, and the next node of the key's preference does.
///
/// ```swift
/// var load = NodeLoad(ring.nodes, percent: 125)
/// if let node = ring.index(for: key.span, under: load) {
///   load.begin(node)
///   // … the request …
///   load.end(node)
/// }
/// ```
public struct NodeLoad: Sendable {
  /// The most that a node may have, in per cent of its share of all requests: at least 100.
  ///
  /// Low limits move many requests: with few requests for each node, even an even spread goes above them.
  public let percent: Int

  /// The requests in flight by node.
  public private(set) var inFlight: [Int]

  /// All requests in flight.
  public private(set) var total = 0

  /// The weights of the nodes that are available; 0 for others.
  private let weights: [Double]
  private let totalWeight: Double

  /// Starts without any request.
  ///
  /// - Parameters:
  ///   - nodes: The nodes of the selector.
  ///   - percent: The limit; less than 100 counts as 100.
  public init(_ nodes: [Node], percent: Int) {
    self.percent = max(100, percent)
    inFlight = Array(repeating: 0, count: nodes.count)
    weights = nodes.map { $0.isAvailable ? $0.weight : 0 }
    totalWeight = weights.reduce(0, +)
  }

  /// The most requests that a node may have once one more is in flight: its share of them by weight times
  /// the limit, rounded up, and at least 1.
  public func capacity(of index: Int) -> Int {
    guard totalWeight > 0 else { return 1 }
    let slots = Double(percent) * Double(total + 1) * weights[index] / (100 * totalWeight)
    return max(1, Int(slots.rounded(.up)))
  }

  /// Notes that a node got a request.
  public mutating func begin(_ index: Int) {
    inFlight[index] += 1
    total += 1
  }

  /// Notes that a request of a node has ended; nothing happens if the node has none.
  public mutating func end(_ index: Int) {
    guard inFlight[index] > 0 else { return }
    inFlight[index] -= 1
    total -= 1
  }
}

extension NodeSelector {
  /// The default: the first node of the preference that is below its capacity; the first of all if none is.
  public func index(for key: Span<UInt8>, under load: NodeLoad) -> Int? {
    guard let first = index(for: key) else { return nil }
    if load.inFlight[first] < load.capacity(of: first) { return first }
    var found: Int?
    walkPreference(for: key) { index in
      if load.inFlight[index] < load.capacity(of: index) { found = index }
      return found == nil
    }
    return found ?? first
  }
}
