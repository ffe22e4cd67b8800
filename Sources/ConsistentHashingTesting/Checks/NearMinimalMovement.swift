internal import ConsistentHashing

extension ConformanceCheck {
  /// When a node is added, removed or gets another weight, few keys move between the others.
  ///
  /// Maglev's tables move some: a slot that changes hands pushes its former owner to its next free
  /// slot, and near the end of the fill, when few slots are left, one push sets off a chain of
  /// others. While the free fraction is f a chain grows like 1/f; it is cut off where the free slots
  /// are about as few as the nodes, which makes the needless share of the order of √(n/M) for n nodes
  /// and M slots. Simulated with M = 65 537 it is 0.04 to 0.2 times that on average, for 3 to 20
  /// nodes. But its tail is heavy: where the steps of two nodes have a simple ratio modulo M, they follow
  /// each other through the table, and one cluster in a thousand has 1.5 times √(n/M) or more. So
  /// the median of five clusters is held to √(n/M), with 6 standard deviations of counting on top: 3
  /// of 5 clusters exceed it less than once in ten million.
  ///
  /// Algorithms without a table are held to 5 %.
  ///
  /// Shapes: 3 to 20 nodes, equal and weighted, five clusters each; one addition, one removal and, where
  /// there are weights, one weight; 2000 keys each.
  public static let nearMinimalMovement = ConformanceCheck(
    name: "near-minimal-movement", summary: "a change of one node moves few keys between others",
    applies: { $0.promises.movement == .nearMinimal }
  ) { run in
    let kinds =
      ["added", "removed"] + (run.promises.takesWeights ? ["given another weight"] : [])
    for weights in run.shapes where weights.count > 2 {
      var needless: [[Double]] = Array(repeating: [], count: kinds.count)
      var limit = 0.05
      for _ in 0..<5 {
        guard let cluster = run.cluster(weights: weights), let before = run.selector(cluster)
        else { return }
        if case .slots(let size) = run.prediction(cluster)?.spread {
          limit = (Double(weights.count + 1) / Double(size)).squareRoot()
        }
        let changes = run.oneChangeOfEachKind(to: cluster)
        guard changes.count == needless.count else { return }
        for (kind, change) in changes.enumerated() {
          guard let after = run.selector(change.after) else { return }
          var moved = 0
          var keys = 0
          run.compareChoices(before, after, run.sample(keys: 2000, corners: 0)) { from, to, _ in
            keys += 1
            if from != to, from != change.node, to != change.node { moved += 1 }
          }
          let count = Double(max(keys, 1))
          let noise = 6 * (limit * (1 - limit) / count).squareRoot()
          needless[kind].append(Double(moved) / count - noise)
        }
      }
      for (kind, shares) in zip(kinds, needless) {
        let median = shares.sorted()[shares.count / 2]
        if !(median <= limit) {
          run.report(
            "with a node \(kind), \(rounded(100 * median)) % of the keys of nodes of the weights "
              + "\(weights) move between others, by the median of \(shares.count) clusters less the "
              + "error of counting; the limit is \(rounded(100 * limit)) %")
        }
      }
    }
  }
}
