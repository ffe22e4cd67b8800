internal import ConsistentHashing

extension ConformanceCheck {
  /// Under a health mask the answer is the first of the preference that is up, one by one and in
  /// batches, and the beginning of a preference is the same in a buffer of the caller's.
  ///
  /// A rule that does not skip nodes that are down, but places keys on the others anew, may give any
  /// node that is up.
  ///
  /// Shapes: 1 to 20 nodes, equal and weighted; masks with all, some and no nodes up, and one that is
  /// too short; 150 keys each. Exact.
  public static let healthMasks = ConformanceCheck(
    name: "health-masks",
    summary: "under a health mask the first of the preference that is up answers"
  ) { run in
    for weights in run.shapes {
      guard let cluster = run.cluster(weights: weights), let selector = run.selector(cluster)
      else { return }
      let count = weights.count
      var masks = [
        HealthMask(allUp: count), HealthMask(allDown: count), HealthMask(allUp: count / 2),
      ]
      for _ in 0..<2 {
        masks.append(HealthMask((0..<count).map { _ in run.generator.below(3) > 0 }))
      }
      let sample = run.sample(keys: 150, corners: 60)
      for up in masks {
        examine(selector, sample.keys, up, run)
        if let fixed = behindFixedHash(selector) { examine(fixed, sample.corners, up, run) }
      }
    }
  }

  private static func examine(
    _ selector: any NodeSelector, _ keys: [[UInt8]], _ up: HealthMask, _ run: Examination
  ) {
    let bytes = keys.flatMap(\.self)
    var ends: [Int] = []
    for key in keys { ends.append((ends.last ?? 0) + key.count) }
    var batch = [Int32](repeating: -2, count: keys.count)
    var places = batch.mutableSpan
    do {
      try selector.indices(forKeys: bytes.span, ends: ends.span, among: up, into: &places)
    } catch {
      return run.report("a batch of \(run.describe(selector.nodes)) is refused: \(error)")
    }
    for (position, key) in keys.enumerated() where !run.isSettled {
      let preference = selector.preference(for: key.span)
      let left = preference.filter { up[$0] }
      func complain(_ what: String, _ indices: [Int]) {
        run.report(
          "\(run.describe(key: key)) prefers \(run.describe(Array(preference), of: selector.nodes)); "
            + "with \(run.describe(selector.nodes.indices.filter { up[$0] }, of: selector.nodes)) up "
            + "\(what) \(run.describe(indices, of: selector.nodes))")
      }
      // A preference that ends in state may go on to nodes that no key determines.
      let picked = selector.index(for: key.span, among: up)
      let isRight =
        run.promises.downIsSkipped ? picked == left.first : picked.map { up[$0] } ?? left.isEmpty
      if !isRight { complain("index(for:among:) gives", picked.map { [$0] } ?? []) }
      if Int(batch[position]) != picked ?? -1 { complain("a batch gives", [Int(batch[position])]) }
      let among = selector.preference(for: key.span, among: up)
      if Array(among) != left { complain("preference(for:among:) gives", Array(among)) }
      for limit in [1, 2, 3, 17] {
        var found = [Int32](repeating: -2, count: limit)
        var buffer = found.mutableSpan
        let written = selector.preference(for: key.span, into: &buffer)
        let start = found.prefix(written).map { Int($0) }
        if start != Array(preference.prefix(limit)) {
          complain("preference(for:into:) of \(limit) gives", start)
        }
      }
    }
  }
}
