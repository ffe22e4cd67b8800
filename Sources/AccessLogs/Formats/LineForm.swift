/// Where the values that are wanted are in a line.
enum LineForm: Sendable {
  /// The whole line is the only value.
  case whole
  /// A field of the line, counted from 1, is the only value.
  case field(Int)
  /// The first group of an expression is the only value.
  case expression(LinePattern)
  /// The first values of a template.
  case template(LogTemplate, first: Int)
  case json([[[UInt8]]])
  case separated(by: UInt8, count: Int)

  /// A copy that shares no memory with this, but for the program of an expression.
  func separate() -> LineForm {
    switch self {
    case .template(let template, let first): .template(template.separate(), first: first)
    case .json(let paths): .json(paths.map { $0.map { $0.span.array } })
    case .whole, .field, .expression, .separated: self
    }
  }

  /// Finds the values.
  ///
  /// - Parameter ranges: Replaced by where the values are; a value of JSON may be missing.
  /// - Returns: Whether the line has this form.
  func parse(_ line: Span<UInt8>, into ranges: inout [Range<Int>?], spare: inout [Range<Int>])
    -> Bool
  {
    ranges.removeAll(keepingCapacity: true)
    switch self {
    case .whole: ranges.append(0..<line.count)
    case .field(let number):
      guard let range = LogField.range(of: number, in: line) else { return false }
      ranges.append(range)
    case .expression(let expression):
      guard let range = expression.firstGroup(in: line) else { return false }
      ranges.append(range)
    case .template(let template, let count):
      guard template.parse(line, first: count, into: &spare) else { return false }
      for range in spare { ranges.append(range) }
    case .json(let paths):
      guard line.count > 1, line[0] == UInt8(ascii: "{"), line[line.count - 1] == UInt8(ascii: "}")
      else { return false }
      for path in paths { ranges.append(JSONLine.value(at: path, in: line)?.range) }
    case .separated(let separator, let count):
      let found = SeparatedLine.ranges(in: line, by: separator)
      guard found.count == count else { return false }
      for range in found { ranges.append(range) }
    }
    return true
  }
}

/// A regular expression with a group.
///
/// `Regex` is not marked as `Sendable`, since it may hold closures of its builder. One that is read from
/// a text has none. Its first match compiles it, and no other match changes it.
package struct LinePattern: @unchecked Sendable {
  private let regex: Regex<AnyRegexOutput>
  /// How far it has come.
  package let progress = PatternProgress()

  /// Reads an expression.
  ///
  /// - Throws: ``LogTemplate/Malformed`` if it is none, or has no group.
  package init(_ pattern: String) throws(LogTemplate.Malformed) {
    do {
      regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
      // Compiles it, before threads share it.
      _ = try regex.firstMatch(in: "")
    } catch {
      throw LogTemplate.Malformed(problem: "'\(pattern)' is no regular expression: \(error)")
    }
    // Matching nothing shows how many groups there are only if the expression matches, so count them.
    guard Self.hasGroup(pattern) else {
      throw LogTemplate.Malformed(
        problem:
          "the regular expression '\(pattern)' has no group; put what is the key in parentheses")
    }
  }

  /// Whether a pattern has a group that captures.
  private static func hasGroup(_ pattern: String) -> Bool {
    var isEscaped = false
    var isInClass = false
    let bytes = Array(pattern.utf8)
    for (position, byte) in bytes.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if isInClass {
        isInClass = byte != UInt8(ascii: "]")
      } else if byte == UInt8(ascii: "[") {
        isInClass = true
      } else if byte == UInt8(ascii: "(") {
        let rest = bytes[(position + 1)...]
        let isNamed =
          rest.starts(with: "?<".utf8) && !rest.starts(with: "?<=".utf8)
          && !rest.starts(with: "?<!".utf8)
        if rest.first != UInt8(ascii: "?") || isNamed || rest.starts(with: "?P<".utf8) {
          return true
        }
      }
    }
    return false
  }

  /// The first group of the first match; nil without a match, and in a line that is not UTF-8.
  func firstGroup(in line: Span<UInt8>) -> Range<Int>? {
    progress.advance()
    defer { progress.advance() }
    guard let text = String(validating: line.array, as: UTF8.self),
      let match = try? regex.firstMatch(in: text), match.output.count > 1,
      let range = match.output[1].range
    else { return nil }
    return text.utf8.distance(
      from: text.startIndex, to: range.lowerBound)..<text.utf8.distance(
        from: text.startIndex, to: range.upperBound)
  }
}
