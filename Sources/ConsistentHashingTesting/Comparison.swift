internal import ConsistentHashing

/// The keys of one run: some for the selector as it is, some for it behind ``FixedHash``.
struct KeySample {
  let keys: [[UInt8]]
  let corners: [[UInt8]]
}

extension Examination {
  /// Draws a sample.
  func sample(keys: Int, corners: Int) -> KeySample {
    KeySample(keys: self.keys(keys), corners: cornerKeys(corners))
  }

  /// Visits all keys of a sample with the selector that they are for: the corner keys with the
  /// selector behind ``FixedHash``, if it is a `HashedSelector`.
  func probe(
    _ selector: any NodeSelector, _ sample: KeySample,
    _ visit: (any NodeSelector, [UInt8]) -> Void
  ) {
    for key in sample.keys where !isSettled { visit(selector, key) }
    guard let fixed = behindFixedHash(selector) else { return }
    for key in sample.corners where !isSettled { visit(fixed, key) }
  }

  /// Visits all keys of a sample with two selectors.
  func probe(
    _ first: any NodeSelector, _ second: any NodeSelector, _ sample: KeySample,
    _ visit: (any NodeSelector, any NodeSelector, [UInt8]) -> Void
  ) {
    for key in sample.keys where !isSettled { visit(first, second, key) }
    guard let firstFixed = behindFixedHash(first), let secondFixed = behindFixedHash(second)
    else { return }
    for key in sample.corners where !isSettled { visit(firstFixed, secondFixed, key) }
  }

  /// Visits the nodes that two selectors choose for each key of a sample, except for keys that one
  /// of them leaves to state.
  ///
  /// - Parameter visit: Takes the first selector's choice, the second's, and the key.
  func compareChoices(
    _ first: any NodeSelector, _ second: any NodeSelector, _ sample: KeySample,
    _ visit: (NodeID, NodeID, [UInt8]) -> Void
  ) {
    let firstIDs = first.nodes.map(\.id)
    let secondIDs = second.nodes.map(\.id)
    probe(first, second, sample) { first, second, key in
      guard let a = first.index(for: key.span), let b = second.index(for: key.span) else {
        return
      }
      guard firstIDs.indices.contains(a), secondIDs.indices.contains(b) else {
        report("\(describe(key: key)) goes to position \(a) or \(b), which is not a node")
        return
      }
      visit(firstIDs[a], secondIDs[b], key)
    }
  }

  /// Whether two preferences name the same nodes in the same order.
  ///
  /// One that ends in state ends where it may, so only as many as both name are compared.
  func agree(_ a: [NodeID], _ aEnd: PreferenceEnd, _ b: [NodeID], _ bEnd: PreferenceEnd) -> Bool {
    if aEnd == .everyNode, bEnd == .everyNode { return a == b }
    return zip(a, b).allSatisfy { $0 == $1 }
  }
}

/// A selector fed by ``FixedHash``; nil if it is not a `HashedSelector`.
func behindFixedHash(_ selector: any NodeSelector) -> (any NodeSelector)? {
  func keyed(_ selector: some HashedSelector) -> any NodeSelector {
    selector.keyed(by: FixedHash())
  }
  guard let hashed = selector as? any HashedSelector else { return nil }
  return keyed(hashed)
}
