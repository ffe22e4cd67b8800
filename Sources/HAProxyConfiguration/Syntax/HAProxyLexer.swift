/// Splits a line into words as HAProxy does.
///
/// Follows `parse_line` of HAProxy's `src/tools.c` (2.2 to 3.4): what ends a word, that quotes may
/// begin and end inside of one, which backslashes escape and which are ordinary characters, that
/// variables are known inside double quotes only, and that a carriage return ends the line. Without an
/// environment variables are kept as they are written.
struct HAProxyLexer {
  /// The most words that a line may have.
  static let mostWords = 64

  private let file: [UInt8]
  private let start: Int
  private let end: Int

  private var position: Int
  private var words: [HAProxyWord] = []
  private var word: [UInt8] = []
  private var wordStart: Int
  private var hasVariable = false
  private var quote: UInt8?
  private var quoteStart = 0
  private var mistake: String?

  /// Where the values of variables are; nil to keep variables as they are written.
  private let environment: HAProxyEnvironment?
  /// Whether the line is a condition: a variable of no known value becomes ``unknown``.
  private let isCondition: Bool
  /// What was taken from outside of the configuration.
  private(set) var sources: [HAProxyVariableSource] = []
  /// The variables that nobody knows the value of.
  private(set) var unknowns: [String] = []

  /// The bytes that variables have added to the line.
  private(set) var added = 0
  /// Values may double with every line; a line with more than this is refused.
  static let mostAdded = 1 << 20

  /// The byte that stands for text that nobody knows; no line has it.
  static let unknown: UInt8 = 0

  /// Prepares a line without its line feed.
  init(
    file: [UInt8], range: Range<Int>, environment: HAProxyEnvironment? = nil,
    isCondition: Bool = false
  ) {
    self.file = file
    self.environment = environment
    self.isCondition = isCondition
    start = range.lowerBound
    end = range.upperBound
    position = start
    wordStart = start
  }

  /// Splits the line.
  mutating func split() -> (words: [HAProxyWord], mistake: String?) {
    if let zero = file[start..<end].firstIndex(of: 0) {
      return ([], "Stray NUL character at position \(zero - start + 1)")
    }
    while position < end, Self.isSpace(file[position]) { position += 1 }
    wordStart = position
    while mistake == nil, let byte = peek(), byte != UInt8(ascii: "\r") {
      if byte == UInt8(ascii: "#"), quote == nil { break }
      read(byte)
    }
    if mistake == nil { close() }
    return mistake == nil ? (words, nil) : ([], mistake)
  }

  /// Reads on from a byte that is part of a word or ends one.
  private mutating func read(_ byte: UInt8) {
    let isLiteral = quote == UInt8(ascii: "'")
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if quote == byte {
        quote = nil
      } else if quote == nil {
        quote = byte
        quoteStart = position
      } else {
        word.append(byte)
      }
      position += 1
    case UInt8(ascii: "\\") where !isLiteral: readEscape()
    case UInt8(ascii: "$") where quote == UInt8(ascii: "\""): readVariable()
    case let byte where quote == nil && Self.isSpace(byte):
      finishWord()
      while let byte = peek(), Self.isSpace(byte) { position += 1 }
      wordStart = position
      checkCount()
    default:
      word.append(byte)
      position += 1
    }
  }

  private mutating func readEscape() {
    let next = peek(1)
    var byte = UInt8(ascii: "\\")
    var length = 2
    switch next {
    case UInt8(ascii: " "), UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "'"),
      UInt8(ascii: "\""):
      byte = next ?? byte
    case UInt8(ascii: "$") where quote != nil: byte = UInt8(ascii: "$")
    case UInt8(ascii: "t"): byte = UInt8(ascii: "\t")
    case UInt8(ascii: "n"): byte = UInt8(ascii: "\n")
    case UInt8(ascii: "r"): byte = UInt8(ascii: "\r")
    case UInt8(ascii: "x"):
      guard let high = peek(2).flatMap(Self.hexadecimal),
        let low = peek(3).flatMap(Self.hexadecimal)
      else { return fail("truncated or invalid hexadecimal sequence", at: position) }
      byte = high << 4 | low
      length = 4
    default: length = 1
    }
    word.append(byte)
    position += length
  }

  /// Reads `$NAME`, `${NAME}`, `${NAME-default}` or `${NAME[*]}`.
  private mutating func readVariable() {
    let begin = position
    position += 1
    let brace = peek() == UInt8(ascii: "{") ? position : nil
    if brace != nil { position += 1 }
    guard let first = peek(), Self.isLetter(first) || first == UInt8(ascii: ".") else {
      return fail("forbidden first char in environment variable name", at: position)
    }
    let nameStart = position
    position += 1
    while let byte = peek(), Self.isLetter(byte) || Self.isDigit(byte) { position += 1 }
    let name = String(decoding: file[nameStart..<position], as: UTF8.self)
    guard first != UInt8(ascii: ".") || HAProxyEnvironment.pseudoNames.contains(name) else {
      return fail("forbidden first char in environment variable name", at: nameStart)
    }
    var isList = false
    var fallback: [UInt8]?
    if let brace {
      if peek() == UInt8(ascii: "[") {
        guard peek(1) == UInt8(ascii: "*"), peek(2) == UInt8(ascii: "]") else {
          return fail("truncated or invalid word expansion sequence", at: position)
        }
        isList = true
        position += 3
      }
      if peek() == UInt8(ascii: "-") {
        let start = position + 1
        while let byte = peek(), byte != UInt8(ascii: "}") { position += 1 }
        fallback = Array(file[start..<position])
      }
      guard peek() == UInt8(ascii: "}") else {
        return fail("unmatched brace in environment variable name", at: brace)
      }
      position += 1
    }
    take(
      HAProxyVariable(name: name, fallback: fallback, isList: isList), written: begin..<position)
  }

  /// Adds the value of a variable, or the variable as it is written.
  private mutating func take(_ variable: HAProxyVariable, written range: Range<Int>) {
    guard let environment else {
      word += file[range]
      hasVariable = true
      return
    }
    let known = variable.value(in: environment)
    let isUndecided = known?.sources.hasNothing ?? true
    guard let known, !(isCondition && isUndecided) else {
      if !unknowns.contains(variable.name) { unknowns.append(variable.name) }
      if isCondition { word.append(Self.unknown) } else { word += file[range] }
      hasVariable = true
      return
    }
    sources.note(known.sources)
    added += known.bytes.count
    guard added <= Self.mostAdded else {
      mistake = "the values of the variables have more than \(Self.mostAdded) bytes"
      return
    }
    guard variable.isList else {
      word += known.bytes
      return
    }
    var rest = known.bytes[...]
    while let byte = rest.popFirst() {
      guard Self.isSpace(byte) else {
        word.append(byte)
        continue
      }
      finishWord()
      checkCount()
      wordStart = range.lowerBound
      rest = rest.drop(while: Self.isSpace)
    }
  }

  private mutating func checkCount() {
    if words.count == Self.mostWords {
      mistake = "too many words, truncating after word \(Self.mostWords)"
    }
  }

  /// Ends the line.
  ///
  /// An empty word in quotes counts only if something follows.
  private mutating func close() {
    guard quote == nil else { return fail("unmatched quote", at: quoteStart) }
    if !word.isEmpty { finishWord() }
  }

  private mutating func finishWord() {
    words.append(
      HAProxyWord(bytes: word, range: wordStart..<position, hasVariable: hasVariable))
    word = []
    hasVariable = false
  }

  private mutating func fail(_ message: String, at place: Int) {
    mistake = "\(message) at position \(place - start + 1)"
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < end ? file[position + offset] : nil
  }

  static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// Whether C calls a byte white space.
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
