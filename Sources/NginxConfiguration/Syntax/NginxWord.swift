/// A word of a configuration file.
public struct NginxWord: Hashable, Sendable {
  /// The bytes of the file, shared by all its words.
  private let file: [UInt8]

  /// Its range in the file, with its quotes.
  public let range: Range<Int>

  /// The line that it begins on.
  public let line: Int

  /// Whether it is in quotes.
  public let isQuoted: Bool

  init(file: [UInt8], range: Range<Int>, line: Int, isQuoted: Bool) {
    self.file = file
    self.range = range
    self.line = line
    self.isQuoted = isQuoted
  }

  /// The bytes as they are written.
  public var source: ArraySlice<UInt8> { file[range] }

  /// The bytes that nginx reads: without quotes, escapes replaced.
  ///
  /// `\"`, `\'` and `\\` mean the second character, `\t`, `\r` and `\n` the control characters.
  /// Before any other character a backslash is an ordinary character.
  public var bytes: [UInt8] {
    let content = isQuoted ? source.dropFirst().dropLast() : source
    var bytes: [UInt8] = []
    bytes.reserveCapacity(content.count)
    var position = content.startIndex
    while position < content.endIndex {
      let byte = content[position]
      position += 1
      guard byte == UInt8(ascii: "\\"), position < content.endIndex,
        let meaning = Self.escape(content[position])
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(meaning)
      position += 1
    }
    return bytes
  }

  /// The text that nginx reads.
  ///
  /// Broken UTF-8 is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether nginx reads exactly this text.
  public func isText(_ text: String) -> Bool { bytes.elementsEqual(text.utf8) }

  private static func escape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): byte
    case UInt8(ascii: "t"): UInt8(ascii: "\t")
    case UInt8(ascii: "r"): UInt8(ascii: "\r")
    case UInt8(ascii: "n"): UInt8(ascii: "\n")
    default: nil
    }
  }

  /// Compares place and bytes.
  public static func == (a: Self, b: Self) -> Bool {
    a.range == b.range && a.line == b.line && a.source == b.source
  }

  /// Hashes place and bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(range)
    hasher.combine(source)
  }
}
