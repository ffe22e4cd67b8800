/// The identity of a node: what is hashed.
///
/// Two identities are the same only if their UTF-8 bytes are. Swift's `==` on `String` calls
/// differently composed forms of a text equal ("é" as one scalar or as two); servers see bytes.
/// Identities order by their bytes, too.
public struct NodeID: Sendable {
  /// The text whose UTF-8 bytes are the identity.
  public let text: String

  /// Creates an identity from a text.
  ///
  /// ``Cluster`` decides whether it is valid: not empty, no control characters.
  public init(_ text: String) {
    self.text = text
  }
}

extension NodeID: Hashable {
  /// Compares the UTF-8 bytes.
  public static func == (a: Self, b: Self) -> Bool {
    a.text.utf8.count == b.text.utf8.count && a.text.utf8.elementsEqual(b.text.utf8)
  }

  /// Hashes the UTF-8 bytes, for use in sets and dictionaries; never used for placement.
  public func hash(into hasher: inout Hasher) {
    unsafe text.utf8.span.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    hasher.combine(0xFF as UInt8)
  }
}

extension NodeID: Comparable {
  /// Orders by UTF-8 bytes, a prefix before what it is a prefix of.
  public static func < (a: Self, b: Self) -> Bool {
    a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
  }
}

extension NodeID: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Creates an identity from a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  /// The text.
  public var description: String { text }
}

extension NodeID: Codable {
  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
