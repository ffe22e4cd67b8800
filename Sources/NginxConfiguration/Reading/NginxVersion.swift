/// A version of nginx (open source), which decides what words it knows.
public struct NginxVersion: Hashable, Sendable {
  /// As in 1.22.1: the first number.
  public let major: Int
  /// The second number.
  public let minor: Int
  /// The third number.
  public let patch: Int

  /// The newest version whose rules this library knows.
  public static let newest = NginxVersion(1, 31, 5)

  /// Creates a version.
  public init(_ major: Int, _ minor: Int, _ patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// Reads a version written as `1.22.1`; nil if it is not one.
  public init?(_ text: String) {
    let fields = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let numbers = fields.compactMap { NginxNumber.integer($0) }
    guard fields.count == 3, numbers.count == 3 else { return nil }
    self.init(numbers[0], numbers[1], numbers[2])
  }
}

extension NginxVersion: Comparable, CustomStringConvertible {
  /// Orders older versions before newer ones.
  public static func < (a: Self, b: Self) -> Bool {
    (a.major, a.minor, a.patch) < (b.major, b.minor, b.patch)
  }

  /// The version as `1.22.1`.
  public var description: String { "\(major).\(minor).\(patch)" }
}
