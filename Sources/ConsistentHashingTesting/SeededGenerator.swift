/// A random number generator that repeats: SplitMix64 (Steele, Lea and Flood 2014).
///
/// Everything random in this module comes from one of these, so that a finding names a seed with
/// which it can be produced again. ``below(_:)`` and ``shuffled(_:)`` are written out here because
/// the standard library may change how it draws between releases.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// The seed that the sequence began with, for messages.
  public let seed: UInt64

  private var state: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The next 64 bits.
  ///
  /// - Complexity: O(1).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number from 0 to `bound` − 1; 0 if `bound` is below 1.
  ///
  /// Taken from the high half of a product. No number is favoured by more than `bound`/2⁶⁴.
  public mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// The elements in a random order (Fisher and Yates).
  ///
  /// - Complexity: O(n).
  public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, below(last + 1))
    }
    return elements
  }
}
