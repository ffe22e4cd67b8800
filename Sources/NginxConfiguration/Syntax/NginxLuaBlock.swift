/// Finds the end of a block of Lua, as in `content_by_lua_block { ... }`.
///
/// These blocks of the Lua module (since 0.9.17, part of OpenResty) hold Lua, not directives: its
/// braces, strings and comments follow Lua's lexer.
enum NginxLuaBlock {
  /// Whether a directive takes a block of Lua.
  static func isName(_ name: [UInt8]) -> Bool {
    name.suffix(13).elementsEqual("_by_lua_block".utf8)
  }

  /// The position after the brace that closes a block; nil if none does.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - start: The position after the brace that opens the block.
  static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    var depth = 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return position }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let end = endOfString(bytes, position, quote: byte) else { return nil }
        position = end
      case UInt8(ascii: "-") where position < bytes.count && bytes[position] == byte:
        position += 1
        if let level = longBracket(bytes, position) {
          guard let end = endOfLong(bytes, position + level + 2, level: level) else { return nil }
          position = end
        } else {
          position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        }
      case UInt8(ascii: "["):
        guard let level = longBracket(bytes, position - 1) else { continue }
        guard let end = endOfLong(bytes, position + level + 1, level: level) else { return nil }
        position = end
      default: break
      }
    }
    return nil
  }

  private static func endOfString(_ bytes: [UInt8], _ start: Int, quote: UInt8) -> Int? {
    var position = start
    while position < bytes.count {
      if bytes[position] == quote { return position + 1 }
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// The number of `=` in a long bracket `[==[` that begins at a position.
  private static func longBracket(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "[") else { return nil }
    let level = bytes[(start + 1)...].prefix { $0 == UInt8(ascii: "=") }.count
    let second = start + 1 + level
    return second < bytes.count && bytes[second] == UInt8(ascii: "[") ? level : nil
  }

  private static func endOfLong(_ bytes: [UInt8], _ start: Int, level: Int) -> Int? {
    var position = start
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "]") else {
        position += 1
        continue
      }
      let found = bytes[(position + 1)...].prefix { $0 == UInt8(ascii: "=") }.count
      let second = position + 1 + found
      if found == level, second < bytes.count, bytes[second] == UInt8(ascii: "]") {
        return second + 1
      }
      position = second
    }
    return nil
  }
}
