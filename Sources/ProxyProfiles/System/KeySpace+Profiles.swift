internal import ConsistentHashing

extension KeySpace {
  /// The key space of a rule that sends every key to one node.
  init(everyKeyTo node: Int, domain: HashDomain, keyHash: KeyHashIdentity) {
    self.init(domain: domain, keyHash: keyHash, form: .whole(domain, .node(node)))
  }

  /// The key space of 32-bit hashes that intervals describe.
  ///
  /// - Parameters:
  ///   - intervals: Who takes which hashes.
  ///   - keyHash: The function that keys are hashed by.
  ///   - stateRule: What happens to keys without a node.
  ///   - hashesEveryKey: Whether every key has a hash; the rule is named only if some key needs it.
  init(
    _ intervals: OwnedIntervals, keyHash: KeyHashIdentity, stateRule: String, hashesEveryKey: Bool
  ) {
    self.init(
      domain: .bits32, keyHash: keyHash, form: .intervals(intervals),
      stateRule: hashesEveryKey && intervals.owners.namesEveryNode ? nil : stateRule)
  }
}

extension KeySpace.Form {
  /// One interval of all hashes.
  static func whole(_ domain: HashDomain, _ owner: KeySpace.Owner) -> Self {
    var intervals = OwnedIntervals(domain)
    intervals.appendRest(owner)
    return .intervals(intervals)
  }
}

extension SharePrediction {
  /// Predicts the shares of a ring on which a node of weight w owns `virtualNodes` · w random points.
  init(weights: [Double], virtualNodes: Int) {
    self.init(
      weights: weights,
      spread: .points(
        weights.map { $0 > 0 ? max(1, ($0 * Double(virtualNodes)).rounded()) : 0 }))
  }
}
