internal import ConsistentHashing

extension ConformanceCheck {
  /// Shares are whole slots of a table, filled in turns (Eisenbud and others 2016), weighted ones by
  /// letting a node of weight w take part in w out of every w_max turns.
  ///
  /// Nodes of equal weight differ by at most one slot. In T turns a node of weight w gets at most
  /// T·w/w_max + 1 slots and at least (T − 1)·w/w_max; these sum to M, which bounds T, so that with
  /// n nodes and share s = w/W it gets from M·s − n·s − 1 to M·s + 2.
  ///
  /// The table is read slot by slot through a `HashedSelector`'s hashes, in either of the ways in use:
  /// slot s of M begins at hash s·2⁶⁴/M, or s·2³²/M for hashes of 32 bits (its centre is asked), or is
  /// hash mod M. Selectors that take no hash are held to the χ² of 20 000 keys, as for ``exactShares``.
  ///
  /// Shapes: 10 equal nodes; weights 1, 2, 3, 10; broken weights unless they must be whole. Exact
  /// for hashed selectors.
  public static let slotShares = ConformanceCheck(
    name: "slot-shares", summary: "shares are whole slots, equal to one slot for equal weights",
    applies: {
      if case .slots = $0.sampleSpread { true } else { false }
    }
  ) { run in
    for weights in run.weightings {
      guard let cluster = run.cluster(weights: weights), let selector = run.selector(cluster),
        let prediction = run.prediction(cluster)
      else { return }
      guard case .slots(let size) = prediction.spread else { continue }
      let total = weights.reduce(0, +)
      guard let hashed = selector as? any HashedSelector else {
        let shares = Shares(of: selector, keys: run.keys(20_000))
        let chiSquare = shares.chiSquare(against: weights.map { $0 / total })
        let limit = chiSquareLimit(degrees: weights.count - 1, z: 5)
        if !(chiSquare <= limit) {
          run.report(
            "of \(shares.keys) keys \(run.describe(cluster)) gets \(shares.counts): chi-square "
              + "\(rounded(chiSquare)), limit \(rounded(limit))")
        }
        continue
      }
      run.noteHashes(size)
      let has32Bits = hashed.keySpace().domain == .bits32
      let centres = slotCounts(hashed, size) { slot in
        if has32Bits { return ((2 * slot + 1) << 31) / UInt64(size) }
        // (2s + 1)·2⁶³/M, whose quotient fits 64 bits because 2s + 1 < 2M.
        let numerator = (2 * slot + 1).multipliedFullWidth(by: 1 << 63)
        return UInt64(size).dividingFullWidth(numerator).quotient
      }
      guard let found = problem(centres, weights, size) else { continue }
      let remainders = slotCounts(hashed, size) { $0 }
      guard problem(remainders, weights, size) != nil else { continue }
      run.report("\(run.describe(cluster)) gets \(centres) of \(size) slots: \(found)")
    }
  }

  /// How many slots each node has, by one hash for each slot.
  private static func slotCounts(
    _ selector: any HashedSelector, _ size: Int, _ hash: (UInt64) -> UInt64
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: selector.nodes.count)
    for slot in 0..<UInt64(size) {
      let index = selector.index(forHash: hash(slot))
      if counts.indices.contains(index) { counts[index] += 1 }
    }
    return counts
  }

  /// What is wrong with numbers of slots; nil if nothing.
  private static func problem(_ counts: [Int], _ weights: [Double], _ size: Int) -> String? {
    for weight in Set(weights).sorted() {
      let equals = zip(counts, weights).filter { $0.1 == weight }.map(\.0)
      if let least = equals.min(), let most = equals.max(), most - least > 1 {
        return "nodes of weight \(weight) have from \(least) to \(most)"
      }
    }
    let total = weights.reduce(0, +)
    for (count, weight) in zip(counts, weights) {
      let share = weight / total
      let fair = Double(size) * share
      let least = fair - Double(weights.count) * share - 1
      if Double(count) < least || Double(count) > fair + 2 {
        return "weight \(weight) has \(count), fair are \(rounded(fair))"
      }
    }
    return nil
  }
}
