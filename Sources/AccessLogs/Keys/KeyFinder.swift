/// Finds the key of a request in each line of a log, as the router took it from the request.
package struct KeyFinder {
  /// What a line gave.
  package enum Outcome: Sendable {
    case key
    /// The request had no value for the key, so that routers place it by state.
    case unset
    /// The key is an address or a number, and the line has something else for it.
    case mistyped
    /// The line does not have the form of the log.
    case broken
  }

  /// Where the user says that the key is.
  package enum Place {
    /// Where the format has it.
    case automatic
    /// In this field of each line, counted from 1.
    case field(Int)
    /// In the first group of an expression.
    case expression(LinePattern)
    /// In the value of this name: a variable, a column, or a path of JSON.
    case value(String)
    /// The lines are keys as they are.
    case raw
  }

  /// The log has no value for the key.
  package struct Missing: Error {
    /// The variable of nginx for it; nil if the cluster does not say what its key is.
    package let variable: String?
    /// What the log has.
    package let names: [String]
  }

  /// What a piece of the key is made of.
  private enum Part {
    case text([UInt8])
    case value(index: Int, steps: [ValueRecipe.Step], type: KeyType)
  }

  private let form: LineForm
  private let parts: [Part]
  private let escape: LogEscape
  private let isDoubled: Bool
  private let skipsPrefix: Bool
  private let isRaw: Bool
  /// Whether a line is the key as it is, unless it is not set.
  private let isWholeLine: Bool
  private let ignoresCase: Bool
  /// Where the other values are among ``ranges``.
  private let others: [Int?]

  // Kept from line to line to save allocations.
  private var ranges: [Range<Int>?] = []
  private var spare: [Range<Int>] = []
  private var decoded: [UInt8] = []
  private var key: [UInt8] = []

  /// Prepares finding keys.
  ///
  /// - Parameters:
  ///   - format: The form of the lines.
  ///   - place: Where the user says that the key is.
  ///   - pieces: What the key of the cluster is made of; nil if that is not known.
  ///   - type: What is hashed of a key that is one value.
  ///   - names: The paths in the first lines of a log in JSON.
  ///   - also: Names of other values that are wanted; see ``other(_:in:)``.
  ///   - ignoresCase: Whether the router compares names of arguments and cookies without case.
  /// - Throws: ``Missing`` if the log has no value for the key.
  package init(
    format: LogFormat, place: Place, pieces: [KeyPiece]?, type: KeyType = .text,
    names: [String] = [], also: [String] = [], ignoresCase: Bool
  ) throws(Missing) {
    self.ignoresCase = ignoresCase
    if case .raw = place { isRaw = true } else { isRaw = false }
    let variable = Self.onlyVariable(of: pieces)
    let only = Part.value(index: 0, steps: ValueRecipe.part(for: variable), type: type)
    var isDoubled = false
    var others: [Int?] = Array(repeating: nil, count: also.count)
    func positions(of also: [String], in names: [String]) -> [Int?] {
      also.map { names.firstIndex(of: $0) }
    }
    switch (place, format) {
    case (.raw, _):
      form = .whole
      parts = [.value(index: 0, steps: [], type: .text)]
      escape = .none
    case (.field(let number), _):
      form = .field(number)
      parts = [only]
      escape = format.escape == .none ? .backslash : format.escape
    case (.expression(let expression), _):
      form = .expression(expression)
      parts = [only]
      escape = format.escape == .none ? .backslash : format.escape
    case (_, .plain):
      form = .whole
      parts = [only]
      escape = .none
    case (_, .template(let template, let escape, _)):
      let found = try Self.parts(pieces, type, place, in: template.names, otherNames: false)
      others = positions(of: also, in: template.names)
      let used = found.indices + others.compactMap { $0 }
      form = .template(template, first: used.reduce(0) { max($0, $1 + 1) })
      parts = found.parts
      self.escape = escape
    case (_, .json):
      let found = try Self.parts(pieces, type, place, in: names, otherNames: true)
      let places = positions(of: also, in: names)
      let used = found.indices + places.compactMap { $0 }
      form = .json(used.map { names[$0].split(separator: ".").map { Array($0.utf8) } })
      // Only those that are used are looked for.
      parts = found.parts.map { part in
        guard case .value(let index, let steps, let type) = part else { return part }
        return .value(index: used.firstIndex(of: index) ?? 0, steps: steps, type: type)
      }
      others = places.map { $0.flatMap { used.firstIndex(of: $0) } }
      escape = .json
    case (_, .separated(let separator, let columns)):
      let found = try Self.parts(pieces, type, place, in: columns, otherNames: true)
      others = positions(of: also, in: columns)
      form = .separated(by: separator, count: columns.count)
      parts = found.parts
      escape = .none
      isDoubled = true
    }
    self.others = others
    self.isDoubled = isDoubled
    if case .whole = form, case .value(_, let steps, .text)? = parts.first {
      isWholeLine = steps.isEmpty
    } else {
      isWholeLine = false
    }
    // Fields are counted with what syslog writes before the line.
    if case .template = form { skipsPrefix = escape == .numberSign } else { skipsPrefix = false }
  }

  /// The variable that a key is, if it is nothing else.
  private static func onlyVariable(of pieces: [KeyPiece]?) -> String? {
    guard let pieces, pieces.count == 1, case .value(let name) = pieces[0] else { return nil }
    return name
  }

  private static func parts(
    _ pieces: [KeyPiece]?, _ type: KeyType, _ place: Place, in names: [String], otherNames: Bool
  ) throws(Missing) -> (parts: [Part], indices: [Int]) {
    if case .value(let name) = place {
      let plain = name.hasPrefix("$") ? String(name.dropFirst()) : name
      guard let index = names.firstIndex(of: plain) else {
        throw Missing(variable: plain, names: names)
      }
      let variable = onlyVariable(of: pieces)
      let isValueItself = variable == plain && variable != "remote_addr"
      let steps = isValueItself ? [] : ValueRecipe.part(for: variable)
      return ([.value(index: index, steps: steps, type: type)], [index])
    }
    var parts: [Part] = []
    var indices: [Int] = []
    guard let pieces else { throw Missing(variable: nil, names: names) }
    for piece in pieces {
      switch piece {
      case .text(let text): parts.append(.text(Array(text.utf8)))
      case .value(let variable):
        let recipes =
          ValueRecipe.all(for: variable)
          + (otherNames ? ValueRecipe.otherNames(for: variable) : [])
        guard let recipe = recipes.first(where: { names.contains($0.column) }),
          let index = names.firstIndex(of: recipe.column)
        else { throw Missing(variable: variable, names: names) }
        parts.append(
          .value(
            index: index, steps: recipe.steps,
            type: pieces.count == 1
              ? type
              : variable == "binary_remote_addr"
                ? .address(maskIPv4: 32, maskIPv6: 128) : .text))
        if !indices.contains(index) { indices.append(index) }
      }
    }
    return (parts, indices)
  }

  /// Which of the other values the log has.
  package var hasOthers: [Bool] { others.map { $0 != nil } }

  /// Another value of the line that was looked at last; nil if it has none.
  package func other(_ number: Int, in line: Span<UInt8>) -> String? {
    guard let index = others[number], index < ranges.count, let range = ranges[index] else {
      return nil
    }
    let start = skipsPrefix ? HAProxyPrefix.length(in: line) : 0
    let text = line.extracting((start + range.lowerBound)..<(start + range.upperBound))
    if isUnset(text) { return nil }
    var bytes: [UInt8] = []
    decode(text, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Calls `body` with the key of a line, if it has one: what is hashed, and how people write it.
  package mutating func find(
    in line: Span<UInt8>, _ body: (_ key: Span<UInt8>, _ written: Span<UInt8>) throws -> Void
  ) rethrows -> Outcome {
    if isWholeLine {
      if isUnset(line) { return .unset }
      try body(line, line)
      return .key
    }
    let start = skipsPrefix ? HAProxyPrefix.length(in: line) : 0
    let line = line.extracting(start..<line.count)
    guard form.parse(line, into: &ranges, spare: &spare) else { return .broken }
    guard parts.count == 1, case .value(let index, let steps, let type) = parts[0] else {
      return try assemble(line, body)
    }
    guard let range = ranges[index] else { return .unset }
    let text = line.extracting(range)
    if isUnset(text) { return .unset }
    // Taken out for a while, so that the rest of this can be read.
    var key: [UInt8] = []
    swap(&key, &self.key)
    defer { swap(&key, &self.key) }
    if needsDecoding(text) {
      decoded.removeAll(keepingCapacity: true)
      decode(text, into: &decoded)
      return try Self.finish(decoded.span, part(of: decoded.span, steps), steps, type, &key, body)
    }
    return try Self.finish(text, part(of: text, steps), steps, type, &key, body)
  }

  private func isUnset(_ text: Span<UInt8>) -> Bool {
    if isRaw { return false }
    return text.count == 0 || (text.count == 1 && text[0] == UInt8(ascii: "-"))
  }

  private func needsDecoding(_ text: Span<UInt8>) -> Bool {
    if isDoubled { return text.firstIndex(of: UInt8(ascii: "\""), from: 0) != nil }
    guard let mark = escape.mark else { return false }
    return text.firstIndex(of: mark, from: 0) != nil
  }

  private func decode(_ text: Span<UInt8>, into bytes: inout [UInt8]) {
    if isDoubled {
      SeparatedLine.undoubled(text, into: &bytes)
    } else {
      escape.decode(text, into: &bytes)
    }
  }

  private static func finish(
    _ text: Span<UInt8>, _ range: Range<Int>?, _ steps: [ValueRecipe.Step], _ type: KeyType,
    _ key: inout [UInt8], _ body: (Span<UInt8>, Span<UInt8>) throws -> Void
  ) rethrows -> Outcome {
    guard let range else { return steps.contains(.address) ? .mistyped : .unset }
    let written = text.extracting(range)
    if type == .text {
      try body(written, written)
      return .key
    }
    key.removeAll(keepingCapacity: true)
    guard type.append(written, to: &key) else { return .mistyped }
    try body(key.span, written)
    return .key
  }

  private func part(of text: Span<UInt8>, _ steps: [ValueRecipe.Step]) -> Range<Int>? {
    var range = 0..<text.count
    for step in steps {
      guard let part = step.part(of: text.extracting(range), ignoringCase: ignoresCase) else {
        return nil
      }
      range = (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound)
    }
    return range
  }

  /// Puts a key of several pieces together.
  ///
  /// A value that is not set is empty, as in nginx.
  private mutating func assemble(
    _ line: Span<UInt8>, _ body: (Span<UInt8>, Span<UInt8>) throws -> Void
  ) rethrows -> Outcome {
    var key: [UInt8] = []
    swap(&key, &self.key)
    defer { swap(&key, &self.key) }
    key.removeAll(keepingCapacity: true)
    var hasValue = false
    for part in parts {
      switch part {
      case .text(let text): key += text
      case .value(let index, let steps, let type):
        guard let range = ranges[index] else { continue }
        let text = line.extracting(range)
        if isUnset(text) { continue }
        decoded.removeAll(keepingCapacity: true)
        decode(text, into: &decoded)
        guard let found = self.part(of: decoded.span, steps) else {
          if steps.contains(.address) { return .mistyped }
          continue
        }
        hasValue = true
        guard type.append(decoded.span.extracting(found), to: &key) else { return .mistyped }
      }
    }
    guard hasValue else { return .unset }
    try body(key.span, key.span)
    return .key
  }
}
