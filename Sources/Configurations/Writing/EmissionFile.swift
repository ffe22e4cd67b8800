internal import ConsistentHashing

/// A file that a configuration names, such as a table or a program.
///
/// Its name has a number of its contents, so that a text and the files that it names always fit together:
/// other contents have another name, and old and new files can lie beside each other.
public struct EmissionFile: Hashable, Sendable {
  /// The name without a folder, such as `shop.3f2a9c0d11e4b7a5.lua`.
  ///
  /// It has letters, digits, `_`, `.` and `-` only.
  public let name: String
  /// The contents.
  public let bytes: [UInt8]

  /// Names a file by its contents.
  ///
  /// - Parameters:
  ///   - cluster: The name of the cluster. Other characters than letters, digits, `_`, `.` and `-` become `_`.
  ///   - kind: The end of the name, such as `lua`: small letters.
  ///   - bytes: The contents.
  public init(of cluster: String, kind: StaticString, bytes: [UInt8]) {
    name = "\(Self.stem(of: cluster)).\(Self.digits(of: bytes)).\(kind)"
    self.bytes = bytes
  }

  /// Whether a file has the contents that it was written with, by its name.
  public static func isIntact(_ name: String, _ bytes: [UInt8]) -> Bool {
    name.split(separator: ".").dropLast().last.map(String.init) == digits(of: bytes)
  }

  /// Whether a name is one that files of a cluster are given.
  public static func isName(_ name: String, of cluster: String) -> Bool {
    let start = stem(of: cluster) + "."
    guard name.hasPrefix(start) else { return false }
    let parts = name.dropFirst(start.count).split(
      separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].utf8.count == digitCount
      && parts[0].utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0) }
      && !parts[1].isEmpty
      && parts[1].utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
  }

  private static let digitCount = 16

  /// Names of files have at most 255 bytes.
  private static let longestStem = 200

  private static func stem(of cluster: String) -> String {
    // A name that begins with a dot would be hidden.
    let bytes = cluster.utf8.prefix(longestStem).enumerated().map { position, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        byte
      case UInt8(ascii: "."), UInt8(ascii: "-"): position == 0 ? UInt8(ascii: "_") : byte
      default: UInt8(ascii: "_")
      }
    }
    return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
  }

  private static func digits(of bytes: [UInt8]) -> String {
    let digits = String(XXH3().hash(bytes.span), radix: 16)
    return String(repeating: "0", count: digitCount - digits.utf8.count) + digits
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
