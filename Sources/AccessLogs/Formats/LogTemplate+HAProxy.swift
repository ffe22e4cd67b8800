extension LogTemplate {
  /// What a frontend of HAProxy captures, as its logs show it: `{a|b}`.
  package struct Captures: Hashable, Sendable {
    /// The values of requests, in order, by the names that nginx has for them.
    package var request: [String] = []
    /// The values of responses.
    package var response: [String] = []

    package init() {}
  }

  /// Reads a `log-format` string of HAProxy: text, `%name`, `%{+Q}name` and `%[expression]`.
  ///
  /// Values have the names of nginx's variables where there is one. The rules are those of
  /// `parse_logformat_string` and `sess_build_logline` in HAProxy's `src/log.c`.
  ///
  /// - Parameters:
  ///   - format: The string, without the quotes and backslashes of the configuration.
  ///   - captures: What the frontend captures; nil if that is not known.
  ///   - isOpen: Whether lines may have more than the format says.
  package init(
    haproxy format: String, captures: Captures?, isOpen: Bool = false
  ) throws(Malformed) {
    var reader = HAProxyFormatReader(captures: captures)
    try reader.read(Array(format.utf8))
    try self.init(reader.pieces, isOpen: isOpen || reader.isCut || reader.hasCaptures)
    hasBackslashes = false
    prefix = .haproxy
  }
}

/// Takes a `log-format` string apart.
private struct HAProxyFormatReader {
  let captures: LogTemplate.Captures?
  private(set) var pieces: [LogTemplate.Piece] = []
  /// Whether what follows cannot be told apart.
  private(set) var isCut = false

  /// Whether captured values of an unknown number come next, up to the next text.
  private(set) var hasCaptures = false

  /// Whether values are in quotes unless they say otherwise.
  private var quotes = false

  init(captures: LogTemplate.Captures?) { self.captures = captures }

  mutating func read(_ format: [UInt8]) throws(LogTemplate.Malformed) {
    var rest = format[...]
    while let byte = rest.first, !isCut {
      guard byte == UInt8(ascii: "%") else {
        // Blanks in a row are one, and a line begins with none.
        if byte != UInt8(ascii: " ") || !(pieces.isEmpty || endsWithBlank) { text([byte]) }
        rest = rest.dropFirst()
        continue
      }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "%") {
        text([byte])
        rest = rest.dropFirst()
        continue
      }
      var isQuoted = quotes
      var flags: [UInt8] = []
      if rest.first == UInt8(ascii: "{") {
        flags = Array(try part(of: &rest, upTo: UInt8(ascii: "}")))
        isQuoted = Self.isQuoted(flags, otherwise: quotes)
      }
      if rest.first == UInt8(ascii: "[") {
        let expression = try part(of: &rest, upTo: UInt8(ascii: "]"))
        value(HAProxyLogValue.name(of: String(decoding: expression, as: UTF8.self)), isQuoted)
        continue
      }
      let letters = rest.prefix { Self.isLetter($0) }
      rest = rest.dropFirst(letters.count)
      guard !letters.isEmpty else {
        throw LogTemplate.Malformed(problem: "the format has a % without a name; write %% for a %")
      }
      try variable(String(decoding: letters, as: UTF8.self), isQuoted)
    }
  }

  private mutating func variable(_ name: String, _ isQuoted: Bool) throws(LogTemplate.Malformed) {
    switch name {
    // Only the flags matter: they are for all that follow.
    case "o": quotes = isQuoted
    case "cp" where takes("remote_addr", before: ":"): rename("client")
    case "sp" where takes("server_ip", before: ":"): rename("upstream_addr")
    case "hr": captured(captures?.request, isQuoted)
    case "hs": captured(captures?.response, isQuoted)
    // In the common log format each value is a text of its own.
    case "hrl", "hsl": isCut = true
    case "T", "Tl", "trg", "trl":
      value("time", false)
      text([UInt8(ascii: " ")])
      value("zone", false)
    default:
      guard let known = HAProxyLogValue.variables[name] else {
        throw LogTemplate.Malformed(problem: "HAProxy has no variable %\(name) for logs")
      }
      value(known, isQuoted && HAProxyLogValue.texts.contains(name))
    }
  }

  private mutating func value(_ name: String, _ isQuoted: Bool) {
    if isQuoted { text([UInt8(ascii: "\"")]) }
    guard !hasCaptures else {
      isCut = true
      return
    }
    pieces.append(.value(name))
    if isQuoted { text([UInt8(ascii: "\"")]) }
  }

  /// The values that are captured, between braces; nothing if none are.
  private mutating func captured(_ names: [String]?, _ isQuoted: Bool) {
    guard let names else {
      hasCaptures = true
      return
    }
    guard !names.isEmpty else { return }
    if isQuoted { text([UInt8(ascii: "\"")]) }
    text([UInt8(ascii: "{")])
    for (number, name) in names.enumerated() {
      if number > 0 { text([UInt8(ascii: "|")]) }
      pieces.append(.value(name))
    }
    text([UInt8(ascii: "}")])
    if isQuoted { text([UInt8(ascii: "\"")]) }
  }

  /// Whether the last pieces are a value and a text.
  private func takes(_ name: String, before text: String) -> Bool {
    pieces.count > 1 && pieces[pieces.count - 2] == .value(name)
      && pieces[pieces.count - 1] == .text(Array(text.utf8))
  }

  /// Makes one value of the last value and the text behind it.
  private mutating func rename(_ name: String) {
    pieces.removeLast(2)
    pieces.append(.value(name))
  }

  private var endsWithBlank: Bool {
    guard case .text(let bytes)? = pieces.last else { return false }
    return bytes.last == UInt8(ascii: " ")
  }

  private mutating func text(_ bytes: [UInt8]) {
    if hasCaptures {
      // Blanks around what is captured are there only if it is.
      guard bytes != [UInt8(ascii: " ")] else { return }
      hasCaptures = false
      pieces.append(.value("captures"))
    }
    if case .text(let before)? = pieces.last {
      pieces[pieces.count - 1] = .text(before + bytes)
    } else {
      pieces.append(.text(bytes))
    }
  }

  /// What is between the first byte and an end.
  private func part(of rest: inout ArraySlice<UInt8>, upTo end: UInt8)
    throws(LogTemplate.Malformed) -> ArraySlice<UInt8>
  {
    guard let found = rest.firstIndex(of: end) else {
      throw LogTemplate.Malformed(
        problem:
          "the format has a '\(String(UnicodeScalar(rest[rest.startIndex])))' without its end")
    }
    defer { rest = rest[(found + 1)...] }
    return rest[(rest.startIndex + 1)..<found]
  }

  /// Whether flags such as `+Q,-X` ask for quotes.
  private static func isQuoted(_ flags: [UInt8], otherwise: Bool) -> Bool {
    var isQuoted = otherwise
    var sign = UInt8(ascii: "+")
    for byte in flags {
      switch byte {
      case UInt8(ascii: "+"), UInt8(ascii: "-"): sign = byte
      case UInt8(ascii: "Q"): isQuoted = sign == UInt8(ascii: "+")
      default: break
      }
    }
    return isQuoted
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
