internal import Configurations
internal import YAMLReading

/// mcrouter's JSON: with comments as in C++, and with commas before closing brackets.
///
/// Its comments become spaces, so that places stay; what is left is YAML.
enum MCRouterJSON {
  /// The text without comments.
  ///
  /// - Throws: `YAMLError` for bytes that stand neither in a string nor in JSON.
  static func withoutComments(_ bytes: [UInt8]) throws(YAMLError) -> [UInt8] {
    var result = bytes
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch byte {
      case UInt8(ascii: "\""):
        index = end(ofStringAt: index, in: bytes, &line)
      case UInt8(ascii: "/") where next == UInt8(ascii: "/"):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
          result[index] = UInt8(ascii: " ")
          index += 1
        }
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        index = blank(commentAt: index, in: &result, &line)
      case UInt8(ascii: "\n"):
        line += 1
        index += 1
      case UInt8(ascii: "\t"):
        result[index] = UInt8(ascii: " ")
        index += 1
      default:
        guard isStructure(byte) else {
          throw YAMLError(
            position: YAMLPosition(line: line, column: 1),
            problem: "this is not JSON: \(shown(byte)) stands outside of a string",
            remedy: "put texts in double quotes, and comments behind //")
        }
        index += 1
      }
    }
    return result
  }

  private static func end(ofStringAt start: Int, in bytes: [UInt8], _ line: inout Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      if bytes[index] == UInt8(ascii: "\n") { line += 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  private static func blank(commentAt start: Int, in bytes: inout [UInt8], _ line: inout Int)
    -> Int
  {
    var index = start
    while index < bytes.count {
      let isEnd =
        index >= start + 2 && bytes[index] == UInt8(ascii: "*") && index + 1 < bytes.count
        && bytes[index + 1] == UInt8(ascii: "/")
      if bytes[index] == UInt8(ascii: "\n") { line += 1 } else { bytes[index] = UInt8(ascii: " ") }
      index += 1
      if isEnd {
        bytes[index] = UInt8(ascii: " ")
        return index + 1
      }
    }
    return index
  }

  /// Whether a byte may stand outside of strings.
  private static func isStructure(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x0D, UInt8(ascii: " "), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["),
      UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  private static func shown(_ byte: UInt8) -> String {
    (0x21...0x7E).contains(byte)
      ? "'\(Unicode.Scalar(byte))'" : "the byte \(String(byte, radix: 16, uppercase: true))"
  }

  /// Reads the one value of a file.
  static func value(of bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
    let text = try withoutComments(bytes)
    let documents = try YAMLNode.documents(in: text.span)
    guard documents.count == 1, let root = documents.first else {
      throw YAMLError(
        position: documents.dropFirst().first?.position,
        problem: documents.isEmpty ? "the file is empty" : "a second value begins here",
        remedy: "keep one object")
    }
    try check(root)
    return root
  }

  /// Checks that all texts are in quotes, as YAML does not ask for them.
  private static func check(_ node: YAMLNode) throws(YAMLError) {
    switch node.content {
    case .scalar(let text, isPlain: true):
      guard ["true", "false", "null"].contains(text) || Double(text) != nil else {
        throw YAMLError(
          position: node.position,
          problem: text.isEmpty
            ? "this is not JSON: a value is missing" : "this is not JSON: '\(text)' has no quotes",
          remedy: "put texts in double quotes")
      }
    case .scalar: break
    case .list(let items):
      for item in items { try check(item) }
    case .mapping(let fields):
      for field in fields {
        guard !field.isPlain else {
          throw YAMLError(
            position: field.position, problem: "this is not JSON: '\(field.name)' has no quotes",
            remedy: "put names in double quotes")
        }
        try check(field.value)
      }
    }
  }
}
