internal import Configurations

/// The condition of `.if` and `.elif`, evaluated as `src/cfgcond.c` of HAProxy does it.
///
/// Tests of which nobody knows the result are unknown, and so is the condition unless its other tests
/// decide it.
struct HAProxyCondition {
  /// What is known of a condition.
  enum Answer {
    case yes
    case no
    case unknown

    init(_ isTrue: Bool) { self = isTrue ? .yes : .no }

    static func && (a: Self, b: Self) -> Self {
      a == .no || b == .no ? .no : a == .yes && b == .yes ? .yes : .unknown
    }

    static func || (a: Self, b: Self) -> Self {
      a == .yes || b == .yes ? .yes : a == .no && b == .no ? .no : .unknown
    }

    static prefix func ! (a: Self) -> Self {
      switch a {
      case .yes: .no
      case .no: .yes
      case .unknown: .unknown
      }
    }
  }

  /// What HAProxy says of a condition that it cannot read.
  struct Malformed: Error {
    let message: String
  }

  private let text: [UInt8]
  private let environment: HAProxyEnvironment
  private let surroundings: ConfigurationSurroundings
  private var position = 0
  /// Conditions in parentheses may be this deep.
  private static let deepest = 255

  /// What would have to be known to decide the condition, as surroundings take it.
  private(set) var unknowns: [String] = []
  /// What was taken from the environment of the program that reads.
  private(set) var sources: [HAProxyVariableSource] = []

  /// Prepares a condition: the words of its line, joined by spaces, in which the byte
  /// ``HAProxyLexer/unknown`` stands for text that nobody knows.
  init(
    _ text: [UInt8], in environment: HAProxyEnvironment, _ surroundings: ConfigurationSurroundings
  ) {
    self.text = text
    self.environment = environment
    self.surroundings = surroundings
  }

  /// Evaluates the condition; an empty one is false.
  mutating func answer() throws(Malformed) -> Answer {
    guard !text.isEmpty else { return .no }
    let answer = try expression(depth: Self.deepest)
    skipBlanks()
    guard position == text.count else {
      throw Malformed(
        message: "unexpected character '\(shown(text[position..<position + 1]))' at the end of "
          + "conditional expression '\(shown(text[...]))'")
    }
    return answer
  }

  private mutating func expression(depth: Int) throws(Malformed) -> Answer {
    var answer = try conjunction(depth: depth)
    while takes("||") {
      skipBlanks()
      let right = try conjunction(depth: depth)
      answer = answer || right
    }
    return answer
  }

  private mutating func conjunction(depth: Int) throws(Malformed) -> Answer {
    var answer = try term(depth: depth)
    while takes("&&") {
      skipBlanks()
      let right = try term(depth: depth)
      answer = answer && right
    }
    return answer
  }

  private mutating func term(depth: Int) throws(Malformed) -> Answer {
    skipBlanks()
    let start = position
    guard depth > 0, position < text.count else { throw unparsable(from: start) }
    var isNegated = false
    while peek() == UInt8(ascii: "!") {
      isNegated.toggle()
      position += 1
      skipBlanks()
    }
    let answer: Answer
    if let number = number() {
      answer = Answer(number)
    } else if peek() == UInt8(ascii: "(") {
      position += 1
      skipBlanks()
      answer = try expression(depth: depth - 1)
      skipBlanks()
      guard peek() == UInt8(ascii: ")") else {
        throw Malformed(
          message: "expected ')' after conditional expression '\(shown(text[start...]))'")
      }
      position += 1
    } else {
      answer = try predicate(from: start)
    }
    return isNegated ? !answer : answer
  }

  /// Whether a number, as `strtol` reads it, is not zero; nil if there is none.
  private mutating func number() -> Bool? {
    var end = position
    if let sign = peek(), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { end += 1 }
    var digits = text[end...].prefix(while: HAProxyLexer.isDigit)
    guard let first = digits.first else { return nil }
    if first == UInt8(ascii: "0") {
      let rest = text[(digits.startIndex + 1)...]
      if rest.first.map({ $0 | 0x20 }) == UInt8(ascii: "x") {
        let hexadecimal = rest.dropFirst().prefix { HAProxyLexer.hexadecimal($0) != nil }
        digits = hexadecimal.isEmpty ? digits.prefix(1) : hexadecimal
      } else {
        digits = digits.prefix { $0 < UInt8(ascii: "8") }
      }
    }
    position = digits.endIndex
    return digits.contains { $0 != UInt8(ascii: "0") }
  }

  /// Reads a test, such as `defined(NAME)`.
  private mutating func predicate(from start: Int) throws(Malformed) -> Answer {
    // A variable of no known value may stand for a whole condition.
    if peek() == HAProxyLexer.unknown {
      position = text[position...].firstIndex { " |&)".utf8.contains($0) } ?? text.count
      return .unknown
    }
    let word = text[position...].prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "(") }
    let name = String(decoding: word, as: UTF8.self)
    guard let count = Self.predicates[name] else { throw unparsable(from: start) }
    position = word.endIndex
    let arguments = try arguments(of: name, count)
    return result(of: name, arguments)
  }

  /// The tests that versions of HAProxy know, with the numbers of their arguments.
  private static let predicates = [
    "defined": 1, "feature": 1, "streq": 2, "strneq": 2, "strstr": 2, "version_atleast": 1,
    "version_before": 1, "openssl_version_atleast": 1, "openssl_version_before": 1,
    "ssllib_name_startswith": 1, "enabled": 1, "awslc_api_atleast": 1, "awslc_api_before": 1,
  ]

  /// Reads arguments as `make_arg_list` does: quotes may begin and end inside of them.
  private mutating func arguments(of name: String, _ count: Int) throws(Malformed) -> [[UInt8]] {
    func malformed(_ what: String, _ number: Int) -> Malformed {
      Malformed(
        message: "\(what) in argument \(number) of predicate '\(name)' used in conditional "
          + "expression")
    }
    guard peek() == UInt8(ascii: "(") else { return Array(repeating: [], count: count) }
    position += 1
    var arguments: [[UInt8]] = []
    while arguments.count < count {
      arguments.append(try argument { malformed("unquoted end of argument", arguments.count) })
      guard peek() == UInt8(ascii: ","), arguments.count < count else { break }
      position += 1
    }
    guard arguments.count == count else {
      throw malformed(
        "missing arguments (got \(arguments.count)/\(count)), type 'string' expected",
        arguments.count)
    }
    guard peek() == UInt8(ascii: ")") else {
      throw malformed("expected ')' before '\(shown(text[position...]))'", max(1, count - 1))
    }
    position += 1
    return arguments
  }

  private mutating func argument(_ unclosed: () -> Malformed) throws(Malformed) -> [UInt8] {
    var argument: [UInt8] = []
    var quote: UInt8?
    while let byte = peek() {
      if let open = quote {
        position += 1
        if byte == open {
          quote = nil
        } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\""), let next = peek() {
          argument.append(next)
          position += 1
        } else {
          argument.append(byte)
        }
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") {
        return argument
      } else {
        position += 1
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
          quote = byte
        } else {
          argument.append(byte)
        }
      }
    }
    throw unclosed()
  }

  private mutating func result(of name: String, _ arguments: [[UInt8]]) -> Answer {
    // The variable in an argument is among the unknowns already.
    if arguments.contains(where: { $0.contains(HAProxyLexer.unknown) }) { return .unknown }
    let texts = arguments.map { String(decoding: $0, as: UTF8.self) }
    let test = "\(name)(\(texts.joined(separator: ",")))"
    switch name {
    case "streq": return Answer(arguments[0] == arguments[1])
    case "strneq": return Answer(arguments[0] != arguments[1])
    case "strstr": return Answer(texts[1].isEmpty || texts[0].contains(texts[1]))
    case "defined":
      switch environment.answer(for: texts[0]) {
      case .set(_, let origins):
        for case .caller(let name) in origins where name == texts[0] {
          sources.append(.caller(name))
        }
        return .yes
      case .unset: return .no
      case .absent, .unknown:
        // No environment has a variable of another name, such as one with a space.
        let isName = arguments[0].allSatisfy {
          HAProxyLexer.isLetter($0) || HAProxyLexer.isDigit($0)
        }
        guard isName, !texts[0].isEmpty else { return .no }
        return told(test, unknown: environment.unknowns(for: texts[0]).first ?? texts[0])
      }
    case "version_atleast", "version_before":
      guard let own = surroundings.version.flatMap(HAProxyFullVersion.init) else {
        return told(test, unknown: "version")
      }
      // To HAProxy, a text that is no version is older than every version.
      let isOlder = HAProxyFullVersion(texts[0]).map { own < $0 } ?? false
      return Answer(isOlder == (name == "version_before"))
    default: return told(test, unknown: test)
    }
  }

  /// What the surroundings say of a test.
  private mutating func told(_ test: String, unknown: String) -> Answer {
    if let answer = surroundings.tests[test] { return Answer(answer) }
    if !unknowns.contains(unknown) { unknowns.append(unknown) }
    return .unknown
  }

  private func unparsable(from start: Int) -> Malformed {
    Malformed(message: "unparsable conditional expression '\(shown(text[start...]))'")
  }

  private func shown(_ bytes: ArraySlice<UInt8>) -> String {
    HAProxyText.shown(bytes.filter { $0 != HAProxyLexer.unknown })
  }

  /// Whether an operator comes next; it is taken then.
  private mutating func takes(_ word: String) -> Bool {
    skipBlanks()
    guard text[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
      position += 1
    }
  }

  private func peek() -> UInt8? { position < text.count ? text[position] : nil }
}
