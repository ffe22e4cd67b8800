/// Tab-separated values: a line for each row, whatever is in the cells.
///
/// Line feeds, carriage returns and tabs are written `\n`, `\r` and `\t`. All other bytes stay as they are.
enum TabSeparated {
  /// Appends a cell of any bytes.
  static func append(_ bytes: Span<UInt8>, to cell: inout [UInt8]) {
    guard needsEscape(bytes) else {
      return unsafe bytes.withUnsafeBufferPointer { unsafe cell.append(contentsOf: $0) }
    }
    for index in bytes.indices {
      switch bytes[index] {
      case 0x0A: cell += "\\n".utf8
      case 0x0D: cell += "\\r".utf8
      case 0x09: cell += "\\t".utf8
      default: cell.append(bytes[index])
      }
    }
  }

  /// A cell of text.
  static func cell(_ text: String) -> String {
    guard needsEscape(text.utf8.span) else { return text }
    var cell: [UInt8] = []
    append(text.utf8.span, to: &cell)
    return String(decoding: cell, as: UTF8.self)
  }

  private static func needsEscape(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] < 0x20 {
      if bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09 { return true }
    }
    return false
  }
}
