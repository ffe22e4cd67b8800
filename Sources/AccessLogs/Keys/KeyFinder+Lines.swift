extension KeyFinder {
  /// Which of the other values the log has.
  package var hasOthers: [Bool] { others.map { $0 != nil } }

  /// Another value of the line that was looked at last; nil if it has none.
  package func other(_ number: Int, in line: Span<UInt8>) -> String? {
    guard let index = others[number], index < ranges.count, let range = ranges[index] else {
      return nil
    }
    let start = prefix.length(in: line)
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
    let start = prefix.length(in: line)
    let line = line.extracting(start..<line.count)
    guard form.parse(line, into: &ranges, spare: &spare) else { return .broken }
    guard further.isEmpty, parts.count == 1, case .value(let index, let steps, let type) = parts[0]
    else {
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

  /// Puts a key of several pieces together: that of the first alternative with a value.
  private mutating func assemble(
    _ line: Span<UInt8>, _ body: (Span<UInt8>, Span<UInt8>) throws -> Void
  ) rethrows -> Outcome {
    var key: [UInt8] = []
    swap(&key, &self.key)
    defer { swap(&key, &self.key) }
    var outcome = append(parts, of: line, to: &key)
    for parts in further {
      guard outcome == .unset else { break }
      outcome = append(parts, of: line, to: &key)
    }
    guard outcome == .key else { return outcome }
    try body(key.span, key.span)
    return .key
  }

  /// Makes the key of an alternative.
  ///
  /// A value that is not set is empty, as in nginx.
  private mutating func append(_ parts: [Part], of line: Span<UInt8>, to key: inout [UInt8])
    -> Outcome
  {
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
        // An argument without a value, say.
        if found.isEmpty, skipsEmpty { continue }
        hasValue = true
        guard type.append(decoded.span.extracting(found), to: &key) else { return .mistyped }
      }
    }
    return hasValue ? .key : .unset
  }
}
