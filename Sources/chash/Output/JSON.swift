import AccessLogs

/// A JSON value whose fields keep their order.
///
/// Foundation's encoder sorts fields or shuffles them, and keeps the whole document in memory.
indirect enum JSON {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case array([JSON])
  case object([(String, JSON)])

  /// The value on one line.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): value.isFinite ? "\(value)" : "null"
    case .text(let value): Self.quoted(value)
    case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .object(let fields):
      "{" + Self.text(of: fields) + "}"
    }
  }

  /// The fields of an object on one line, without its braces.
  static func text(of fields: [(String, JSON)]) -> String {
    fields.map { quoted($0.0) + ": " + $0.1.text }.joined(separator: ", ")
  }

  /// The value over several lines, arrays of objects one object a line.
  func lines(indent: String = "") -> String {
    switch self {
    case .object(let fields) where !fields.isEmpty:
      let inner = fields.map {
        "\(indent)  \(Self.quoted($0.0)): \($0.1.lines(indent: indent + "  "))"
      }
      return "{\n" + inner.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let values) where !values.isEmpty:
      let inner = values.map { "\(indent)  \($0.text)" }
      return "[\n" + inner.joined(separator: ",\n") + "\n\(indent)]"
    default:
      return text
    }
  }

  /// The field for a key: `key` with its text, or `keyBase64` if it is not UTF-8, which JSON requires.
  static func key(_ key: Span<UInt8>) -> (String, JSON) {
    let bytes = key.array
    if let text = String(validating: bytes, as: UTF8.self) { return ("key", .text(text)) }
    return ("keyBase64", .text(base64(bytes)))
  }

  /// Appends the field for a key.
  static func append(key: Span<UInt8>, to text: inout [UInt8]) {
    var isPlain = true
    for index in key.indices {
      let byte = key[index]
      if byte < 0x20 || byte > 0x7E || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        isPlain = false
      }
    }
    guard isPlain else {
      text += Self.text(of: [Self.key(key)]).utf8
      return
    }
    text += plainKey
    unsafe key.withUnsafeBufferPointer { unsafe text.append(contentsOf: $0) }
    text.append(UInt8(ascii: "\""))
  }

  private static let plainKey = Array(#""key": ""#.utf8)

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(0) { value, place in
        value << 8 | (place < group.count ? Int(group[start + place]) : 0)
      }
      for place in 0..<4 {
        result.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return result
  }
}
