/// Texts of a configuration in messages, which are never longer than a few lines.
enum HAProxyText {
  /// A word as text, cut where it is too long.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(400), as: UTF8.self)
    return bytes.count > 400 ? text + "…" : text
  }

  /// A name as text, cut where it is too long.
  static func shown(_ name: String) -> String { shown(name.utf8) }

  /// The first byte that HAProxy does not allow in the name of a section or server.
  static func forbidden(in name: ArraySlice<UInt8>) -> UInt8? {
    name.first { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        false
      default: true
      }
    }
  }
}
