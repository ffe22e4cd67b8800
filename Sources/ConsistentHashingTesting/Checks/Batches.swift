internal import ConsistentHashing

extension ConformanceCheck {
  /// A batch is answered as its keys are one by one, whatever its length, and one whose spans do not
  /// fit together is refused with nothing written.
  ///
  /// Shapes: 1 to 20 nodes, equal and weighted, all up or a third of them down; batches of 0 to 300
  /// keys, on both sides of the sizes that vector code works in. Exact.
  public static let batches = ConformanceCheck(
    name: "batches", summary: "a batch is answered as its keys are one by one"
  ) { run in
    for weights in run.shapes {
      guard let cluster = run.cluster(weights: weights) else { return }
      for partlyDown in weights.count > 1 ? [false, true] : [false] {
        var nodes = cluster.nodes
        for index in nodes.indices where partlyDown && index % 3 == 1 { nodes[index].state = .down }
        guard let cluster = run.cluster(nodes: nodes, slotsOf: cluster),
          let selector = run.selector(cluster)
        else { return }
        let sample = run.sample(keys: 300, corners: 300)
        examine(selector, sample.keys, run)
        if let fixed = behindFixedHash(selector) { examine(fixed, sample.corners, run) }
      }
    }
  }

  private static func examine(_ selector: any NodeSelector, _ keys: [[UInt8]], _ run: Examination) {
    let expected = keys.map { Int32(selector.index(for: $0.span) ?? -1) }
    for count in [0, 1, 2, 3, 4, 5, 15, 16, 17, 33, 255, 256, 257, keys.count] {
      let batch = keys.prefix(count)
      let bytes = batch.flatMap(\.self)
      var ends: [Int] = []
      for key in batch { ends.append((ends.last ?? 0) + key.count) }
      var answers = [Int32](repeating: -2, count: count)
      if let error = choose(selector, bytes, ends, &answers) {
        run.report(
          "a batch of \(count) keys of \(run.describe(selector.nodes)) is refused: \(error)")
      }
      guard let wrong = answers.indices.first(where: { answers[$0] != expected[$0] }) else {
        continue
      }
      run.report(
        "\(run.describe(key: keys[wrong])) of \(run.describe(selector.nodes)) is answered "
          + "\(expected[wrong]), in a batch of \(count) \(answers[wrong])")
    }
    examineRefusals(selector, run)
  }

  private static func examineRefusals(_ selector: any NodeSelector, _ run: Examination) {
    let bytes = Array("abcdef".utf8)
    let misfits: [(ends: [Int], answers: Int)] = [
      ([2, 4, 6], 2), ([2, 4, 6], 4), ([2], 0), ([], 1), ([2, 1, 6], 3), ([2, 7], 2), ([-1, 2], 2),
      ([.min], 1), ([.max], 1),
    ]
    for (ends, count) in misfits {
      var answers = [Int32](repeating: -2, count: count)
      let isRefused = choose(selector, bytes, ends, &answers) != nil
      if !isRefused || answers.contains(where: { $0 != -2 }) {
        run.report(
          "a batch of 6 bytes with ends \(ends) and \(count) places is answered \(answers)")
      }
    }
  }

  private static func choose(
    _ selector: any NodeSelector, _ bytes: [UInt8], _ ends: [Int], _ answers: inout [Int32]
  ) -> BatchError? {
    var answers = answers.mutableSpan
    do {
      try selector.indices(forKeys: bytes.span, ends: ends.span, into: &answers)
      return nil
    } catch {
      return error
    }
  }
}
