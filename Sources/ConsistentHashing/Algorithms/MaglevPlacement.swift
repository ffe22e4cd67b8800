/// The placement rule of Maglev tables, apart from how nodes and keys are hashed.
///
/// Envoy's maglev uses the same rule over other hashes, which is how this one is checked: with Envoy's
/// offsets and skips it gives Envoy's published tables.
package enum MaglevPlacement {
  /// The order in which a node asks for slots: offset, offset + skip, offset + 2·skip, … modulo size.
  package struct Permutation: Sendable {
    /// Below the size.
    package let offset: UInt32
    /// From 1 to the size − 1.
    package let skip: UInt32

    package init(offset: UInt32, skip: UInt32) {
      self.offset = offset
      self.skip = skip
    }
  }

  /// Weights divided by their sum, summed in the order given.
  package static func normalised(_ weights: [Double]) -> [Double] {
    var sum = 0.0
    for weight in weights { sum += weight }
    return weights.map { $0 / sum }
  }

  /// Fills a table: in turn t = 1, 2, … a node claims its next free slot iff t·w is at least its
  /// target, which starts at 0 and grows by the largest weight with each claim.
  ///
  /// - Parameters:
  ///   - permutations: One for each node, not empty.
  ///   - weights: One for each node, above 0.
  ///   - size: The number of slots: prime, at least the number of nodes.
  /// - Returns: The node of each slot.
  package static func fill(_ permutations: [Permutation], weights: [Double], size: Int) -> [UInt32]
  {
    let free = UInt32.max
    var table = [UInt32](repeating: free, count: size)
    var next = permutations.map(\.offset)
    let bound = UInt32(size)
    let largest = weights.max() ?? 1
    let equal = weights.allSatisfy { $0 == largest }
    var targets = [Double](repeating: 0, count: weights.count)
    var left = size
    var turn = 0.0
    while left > 0 {
      turn += 1
      for node in permutations.indices {
        if !equal {
          if turn * weights[node] < targets[node] { continue }
          targets[node] += largest
        }
        let skip = permutations[node].skip
        var slot = next[node]
        while table[Int(slot)] != free { slot = advance(slot, skip, bound) }
        table[Int(slot)] = UInt32(node)
        next[node] = advance(slot, skip, bound)
        left -= 1
        if left == 0 { break }
      }
    }
    return table
  }

  /// (slot + skip) mod bound, without division.
  private static func advance(_ slot: UInt32, _ skip: UInt32, _ bound: UInt32) -> UInt32 {
    // Sizes stay below 2³¹, so the sum does not overflow.
    let sum = slot &+ skip
    return sum >= bound ? sum &- bound : sum
  }
}

/// Whether a number is prime, by trial division; for the sizes in use that is at most 2236 divisions.
package func isPrime(_ number: Int) -> Bool {
  if number < 4 { return number >= 2 }
  if number.isMultiple(of: 2) { return false }
  var divisor = 3
  while divisor * divisor <= number {
    if number.isMultiple(of: divisor) { return false }
    divisor += 2
  }
  return true
}
