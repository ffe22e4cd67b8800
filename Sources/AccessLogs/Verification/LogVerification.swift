package import ConsistentHashing
internal import RemapAnalysis

/// Compares the servers of a log with those that a rule predicts.
package struct LogVerification: Sendable {
  /// How the server of a request agrees with the prediction.
  package enum Verdict: String, CaseIterable, Sendable {
    /// The request went to the predicted server.
    case agrees
    /// The request went to the predicted server first, which failed, and another one answered.
    case retried
    /// The request went to the next server in the order of its key: those before it were skipped.
    case skipped
    /// The request went to a server that the cluster does not have.
    case unknownServer
    /// The rule places the key by state.
    case byState
    /// The request went to a server of the cluster for a reason that the log does not show.
    case unexplained
  }

  /// A request that did not go where it was predicted.
  package struct Example: Sendable {
    package let line: Int
    package let key: [UInt8]
    /// The position of the predicted server.
    package let predicted: Int?
    package let server: String
    package let verdict: Verdict
  }

  /// What happened to a server that was skipped.
  package struct Skips: Sendable {
    /// How many requests skipped it.
    package fileprivate(set) var count = 0
    /// The lines of the first and of the last of them.
    package fileprivate(set) var lines: ClosedRange<Int> = 0...0
    /// How many requests it took between the two.
    package fileprivate(set) var answersMeanwhile = 0
    fileprivate var answersSinceFirst = 0
  }

  private let selector: any NodeSelector
  private let placesByName: [String: Int]
  private let placesByMachine: [Machine: Int]
  private var health: HealthMask

  /// How many requests got each verdict.
  package private(set) var counts: [Verdict: Int] = [:]
  /// The first examples of each verdict but ``Verdict/agrees``.
  package private(set) var examples: [Example] = []
  /// Skipped servers by their positions.
  package private(set) var skips: [Int: Skips] = [:]
  /// The lines of the first and the last request whose server nothing explains.
  package private(set) var doubtfulLines: ClosedRange<Int>?
  /// Requests that agree before the first such request, and after the last.
  package private(set) var agreeingBefore = 0
  package private(set) var agreeingAfter = 0

  /// How many examples are kept of each verdict.
  private static let examplesKept = 3

  /// Prepares a comparison.
  ///
  /// A log calls a node by its id, as HAProxy does, or by its address with a port, as nginx does also where
  /// the configuration leaves out port 80.
  ///
  /// - Parameters:
  ///   - selector: The rule with its nodes.
  ///   - machines: The addresses with ports by which the log may call a node that the cluster has by name.
  package init(_ selector: any NodeSelector, machines: (Node) -> [String] = { _ in [] }) {
    self.selector = selector
    let nodes = selector.nodes
    placesByName = Dictionary(nodes.enumerated().map { ($1.id.text, $0) }) { first, _ in first }
    var places = Dictionary(nodes.enumerated().map { (Machine($1.address), $0) }) { first, _ in
      first
    }
    for (place, node) in nodes.enumerated() {
      for address in machines(node) {
        let machine = Machine(address)
        if places[machine] == nil { places[machine] = place }
      }
    }
    placesByMachine = places
    health = HealthMask(allUp: nodes.count)
  }

  /// How many requests were compared.
  package var total: Int { counts.values.reduce(0, +) }

  /// How many went where they were predicted.
  package var agreeing: Int { counts[.agrees, default: 0] + counts[.retried, default: 0] }

  /// Whether the cluster has a server of this name.
  package func isKnown(_ server: String) -> Bool { place(of: server) != nil }

  /// The position of a server.
  package func place(of server: String) -> Int? { place(of: server, predicted: nil) }

  /// The position of a server.
  ///
  /// Several nodes may have its address; then the predicted one counts.
  private func place(of server: String, predicted: Int?) -> Int? {
    if let place = placesByName[server] { return place }
    let machine = Machine(server)
    if let predicted, Machine(selector.nodes[predicted].address) == machine { return predicted }
    return placesByMachine[machine]
  }

  /// Compares a request.
  ///
  /// - Parameters:
  ///   - key: What is hashed.
  ///   - written: The key as people write it.
  ///   - tries: The servers that were tried, in order.
  ///   - line: The line of the log.
  package mutating func compare(
    _ key: Span<UInt8>, written: Span<UInt8>, tries: [String], line: Int
  ) {
    guard let first = tries.first, let last = tries.last else { return }
    let predicted = selector.index(for: key)
    let taken = place(of: first, predicted: predicted)
    let verdict = verdict(key, predicted, taken, isRetried: last != first)
    counts[verdict, default: 0] += 1
    if let taken { skips[taken]?.answersSinceFirst += 1 }
    switch verdict {
    case .agrees, .retried: agreeingAfter += 1
    case .unknownServer, .unexplained:
      doubtfulLines = (doubtfulLines?.lowerBound ?? line)...line
      if agreeingBefore == 0,
        counts[.unknownServer, default: 0] + counts[.unexplained, default: 0] == 1
      {
        agreeingBefore = agreeingAfter
      }
      agreeingAfter = 0
    case .skipped, .byState: break
    }
    if verdict != .agrees, counts[verdict, default: 0] <= Self.examplesKept {
      examples.append(
        Example(
          line: line, key: written.array, predicted: predicted, server: first, verdict: verdict))
    }
    if verdict == .skipped, let predicted { noteSkip(of: predicted, line) }
  }

  private mutating func verdict(
    _ key: Span<UInt8>, _ predicted: Int?, _ taken: Int?, isRetried: Bool
  ) -> Verdict {
    guard let taken else { return .unknownServer }
    guard let predicted else { return .byState }
    if taken == predicted { return isRetried ? .retried : .agrees }
    // The next server if this one is down, then if those two are, and so on.
    var isNext = false
    var skipped = [predicted]
    health[predicted] = false
    while skipped.count < 4, let next = selector.index(for: key, among: health) {
      if next == taken {
        // Servers that are down do not take other requests; see `skips`.
        isNext = true
        break
      }
      skipped.append(next)
      health[next] = false
    }
    for place in skipped { health[place] = true }
    return isNext && skipped.count < max(2, selector.nodes.count - 1) ? .skipped : .unexplained
  }

  private mutating func noteSkip(of place: Int, _ line: Int) {
    var skip = skips[place] ?? Skips(lines: line...line)
    skip.count += 1
    skip.lines = skip.lines.lowerBound...line
    skip.answersMeanwhile = skip.answersSinceFirst
    skips[place] = skip
  }
}
