/// The first lines of a file, cut up roughly, for readers that tell their files by what is in them.
public struct ConfigurationLines: Sequence {
  /// A line that is neither empty nor a comment.
  public struct Line: Hashable, Sendable {
    /// Its first word: everything up to the first blank, semicolon or brace.
    public let word: String
    /// Its last character that is not blank.
    public let last: UInt8
  }

  private let bytes: [UInt8]

  /// So many lines are looked at.
  private static let most = 500

  /// Prepares the lines of a file.
  public init(of bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Goes through the lines.
  public func makeIterator() -> AnyIterator<Line> {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    var count = 0
    return AnyIterator {
      while !rest.isEmpty, count < Self.most {
        count += 1
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        rest = rest[line.endIndex...].dropFirst()
        let text = line.drop { $0 <= 0x20 }
        guard let first = text.first, first != UInt8(ascii: "#") else { continue }
        // A comment at the end of the line begins after a blank.
        var content = text
        if let comment = zip(text.indices, zip(text, text.dropFirst())).first(where: {
          $0.1.0 <= 0x20 && $0.1.1 == UInt8(ascii: "#")
        }) {
          content = text[..<comment.0]
        }
        let word = content.prefix { $0 > 0x20 && !";{}".utf8.contains($0) }.prefix(64)
        return Line(
          word: String(decoding: word, as: UTF8.self),
          last: content.last { $0 > 0x20 } ?? first)
      }
      return nil
    }
  }
}
