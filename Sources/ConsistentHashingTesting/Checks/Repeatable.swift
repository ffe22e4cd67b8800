internal import ConsistentHashing

extension ConformanceCheck {
  /// A selector is a function of its cluster and the key: built twice it answers the same, asked
  /// twice as well, its choice for a key is its choice for the key's hash, and it decides some keys
  /// at all.
  ///
  /// Shapes: 1 to 20 nodes, equal and weighted; 300 keys each. Exact.
  public static let repeatable = ConformanceCheck(
    name: "repeatable", summary: "the same cluster and key give the same answer"
  ) { run in
    for weights in run.shapes {
      guard let cluster = run.cluster(weights: weights), let first = run.selector(cluster),
        let second = run.selector(cluster)
      else { return }
      if first.nodes != cluster.nodes {
        run.report("the selector of \(run.describe(cluster)) lists \(run.describe(first.nodes))")
      }
      var decided = 0
      run.probe(first, second, run.sample(keys: 300, corners: 100)) { first, second, key in
        let answers = [
          first.index(for: key.span), first.index(for: key.span), second.index(for: key.span),
        ]
        if answers[0] != nil { decided += 1 }
        if answers != Array(repeating: answers[0], count: 3) {
          run.report(
            "\(run.describe(key: key)) of \(run.describe(cluster)) is answered \(answers[0] ?? -1), "
              + "then \(answers[1] ?? -1), by another selector of the same cluster "
              + "\(answers[2] ?? -1)")
        }
        guard let hashed = first as? any HashedSelector else { return }
        let index = hashed.index(forHash: hashed.hash(of: key.span))
        if answers[0] != index {
          run.report(
            "\(run.describe(key: key)) of \(run.describe(cluster)) is answered \(answers[0] ?? -1), "
              + "its hash \(index)")
        }
      }
      if decided == 0 { run.report("no key of \(run.describe(cluster)) is decided") }
    }
  }
}
