/// The placement rule of Maglev tables, apart from how nodes and keys are hashed.
///
/// Envoy's maglev uses the same rule over other hashes, which is how this one is checked: with Envoy's
/// offsets and skips it gives Envoy's published tables.
public enum MaglevPlacement {
  /// The order in which a node asks for slots: offset, offset + skip, offset + 2·skip, … modulo size.
  public struct Permutation: Sendable {
    /// Below the size.
    public let offset: UInt32
    /// From 1 to the size − 1, without a factor in common with the size.
    public let skip: UInt32

    /// Describes an order.
    public init(offset: UInt32, skip: UInt32) {
      self.offset = offset
      self.skip = skip
    }
  }

  /// Weights divided by their sum, summed in the order given.
  public static func normalised(_ weights: [Double]) -> [Double] {
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
  ///   - size: The number of slots: at least the number of nodes, below 2³¹; prime, or without a factor in
  ///     common with any skip.
  ///   - marks: What is written into the slots of each node.
  ///   - bound: What all marks are below.
  /// - Complexity: O(size · log size) expected.
  public static func table(
    _ permutations: [Permutation], weights: [Double], size: Int, marks: [UInt32], bound: Int
  ) -> NodeTable {
    let width = NodeTable.width(bound: bound)
    var bytes = [UInt8](repeating: 0, count: size * width + NodeTable.padding)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      func fill<Mark: FixedWidthInteger & UnsignedInteger>(
        _ table: UnsafeMutableBufferPointer<Mark>
      ) {
        var slots = unsafe MaglevSlots(size: size, permutations)
        defer { unsafe slots.deallocate() }
        forEachClaim(weights, slots: size) { node in
          let slot = unsafe slots.claim(node)
          unsafe table[slot] = Mark(truncatingIfNeeded: marks[node]).littleEndian
        }
      }
      switch width {
      case 1: unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe fill($0) }
      case 2: unsafe bytes.withMemoryRebound(to: UInt16.self) { unsafe fill($0) }
      default: unsafe bytes.withMemoryRebound(to: UInt32.self) { unsafe fill($0) }
      }
    }
    return NodeTable(bytes: bytes, width: width)
  }

  /// Gives the node of each claim, until every slot is claimed.
  @inline(__always) private static func forEachClaim(
    _ weights: [Double], slots: Int, _ claim: (Int) -> Void
  ) {
    let largest = weights.max() ?? 1
    let equal = weights.allSatisfy { $0 == largest }
    var targets = [Double](repeating: 0, count: weights.count)
    var left = slots
    var turn = 0.0
    while left > 0 {
      turn += 1
      for node in weights.indices {
        if !equal {
          if turn * weights[node] < targets[node] { continue }
          targets[node] += largest
        }
        claim(node)
        left -= 1
        if left == 0 { break }
      }
    }
  }

  /// Whether a number is prime, by trial division; for the sizes in use that is at most 2236 divisions.
  public static func isPrime(_ number: Int) -> Bool {
    if number < 4 { return number >= 2 }
    if number.isMultiple(of: 2) { return false }
    var divisor = 3
    while divisor * divisor <= number {
      if number.isMultiple(of: divisor) { return false }
      divisor += 2
    }
    return true
  }
}
