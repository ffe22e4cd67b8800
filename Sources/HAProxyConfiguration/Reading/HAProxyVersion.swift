/// A version of HAProxy, which decides what words it knows.
public struct HAProxyVersion: Hashable, Sendable {
  /// As in 2.6: the first number.
  public let major: Int
  /// The second number.
  public let minor: Int

  /// The newest version whose rules this library knows.
  public static let newest = HAProxyVersion(3, 4)

  /// Creates a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads a version written as `2.6` or `2.6.12`; nil if it does not begin with one.
  public init?(_ text: String) {
    let fields = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard fields.count >= 2, let major = Int(String(decoding: fields[0], as: UTF8.self)),
      let minor = Int(String(decoding: fields[1], as: UTF8.self))
    else { return nil }
    self.init(major, minor)
  }
}

extension HAProxyVersion: Comparable, CustomStringConvertible {
  /// Orders older versions before newer ones.
  public static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

  /// The version as `2.6`.
  public var description: String { "\(major).\(minor)" }
}
