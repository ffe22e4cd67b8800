/// The values that a hash can have: all whole numbers from 0 to ``last``.
public struct HashDomain: Hashable, Sendable {
  /// The largest value.
  public let last: UInt64

  /// Describes a domain by its largest value.
  public init(last: UInt64) {
    self.last = last
  }

  /// All values of 64 bits.
  public static let bits64 = HashDomain(last: .max)

  /// All values of 32 bits.
  public static let bits32 = HashDomain(last: UInt64(UInt32.max))

  /// A number modulo the number of values.
  func remainder(of number: UInt64) -> UInt64 {
    last == .max ? number : number % (last + 1)
  }

  /// The number of values, rounded to a `Double`; exact up to 2⁵³, and for 2⁶⁴.
  public var size: Double { Double(last) + 1 }
}
