/// Finds parts of a request in its text, as nginx does.
enum RequestText {
  private static let version = Array("HTTP/".utf8)

  /// The target in a request line, `METHOD SP TARGET SP HTTP/…`; nil if the text is no request line.
  static func target(in line: Span<UInt8>) -> Range<Int>? {
    guard let method = line.firstIndex(of: UInt8(ascii: " "), from: 0), method > 0, method <= 32
    else {
      return nil
    }
    for index in 0..<method where !isMethod(line[index]) { return nil }
    let start = method + 1
    let end = line.firstIndex(of: UInt8(ascii: " "), from: start) ?? line.count
    guard end > start else { return nil }
    if end < line.count {
      // HTTP/0.9 has no version.
      guard line.hasBytes(version, at: end + 1) else { return nil }
    }
    return start..<end
  }

  private static let schemes = [Array("http://".utf8), Array("https://".utf8)]

  /// Whether a text is a URL with scheme and host.
  static func isURL(_ text: Span<UInt8>) -> Bool {
    schemes.contains { text.hasBytes($0, at: 0) }
  }

  /// The target of the request for a URL; nil if it has neither path nor query.
  static func target(ofURL text: Span<UInt8>) -> Range<Int>? {
    guard let scheme = schemes.first(where: { text.hasBytes($0, at: 0) }) else { return nil }
    let end = text.firstIndex(of: UInt8(ascii: "#"), from: 0) ?? text.count
    let path = text.firstIndex(of: UInt8(ascii: "/"), from: scheme.count) ?? text.count
    return path < end ? path..<end : nil
  }

  private static func isMethod(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  /// What a request target has before its query.
  static func path(in target: Span<UInt8>) -> Range<Int> {
    0..<(target.firstIndex(of: UInt8(ascii: "?"), from: 0) ?? target.count)
  }

  /// The query of a request target, without the question mark; nil if it has none.
  static func query(in target: Span<UInt8>) -> Range<Int>? {
    guard let mark = target.firstIndex(of: UInt8(ascii: "?"), from: 0) else { return nil }
    let end = target.firstIndex(of: UInt8(ascii: "#"), from: mark + 1) ?? target.count
    return (mark + 1)..<end
  }

  /// The value of the first argument of a name in a query, as sent.
  ///
  /// nginx compares names without case (`ngx_http_arg`).
  static func argument(_ name: Span<UInt8>, in query: Span<UInt8>, ignoringCase: Bool) -> Range<
    Int
  >? {
    var start = 0
    while start < query.count {
      let end = query.firstIndex(of: UInt8(ascii: "&"), from: start) ?? query.count
      let equals = start + name.count
      if equals < end, query[equals] == UInt8(ascii: "="),
        matches(query, start, name, ignoringCase: ignoringCase)
      {
        return (equals + 1)..<end
      }
      start = end + 1
    }
    return nil
  }

  /// The value of the first cookie of a name in a `Cookie` header.
  ///
  /// Cookies are separated by semicolons, and by commas before nginx 1.29.6. Names are compared without
  /// case (`ngx_http_parse_multi_header_lines`).
  static func cookie(
    _ name: Span<UInt8>, in header: Span<UInt8>, ignoringCase: Bool
  ) -> Range<Int>? {
    var start = 0
    while start < header.count {
      while start < header.count, header[start] == UInt8(ascii: " ") { start += 1 }
      var end = start
      while end < header.count, header[end] != UInt8(ascii: ";"), header[end] != UInt8(ascii: ",") {
        end += 1
      }
      if end - start > name.count, matches(header, start, name, ignoringCase: ignoringCase) {
        var position = start + name.count
        while position < end, header[position] == UInt8(ascii: " ") { position += 1 }
        if position < end, header[position] == UInt8(ascii: "=") {
          position += 1
          while position < end, header[position] == UInt8(ascii: " ") { position += 1 }
          // The value itself ends at a semicolon only.
          return
            position..<(header.firstIndex(of: UInt8(ascii: ";"), from: position) ?? header.count)
        }
      }
      start = end + 1
    }
    return nil
  }

  private static func matches(
    _ text: Span<UInt8>, _ start: Int, _ name: Span<UInt8>, ignoringCase: Bool
  ) -> Bool {
    guard start + name.count <= text.count else { return false }
    for index in name.indices {
      let (a, b) = (text[start + index], name[index])
      guard a == b || (ignoringCase && lower(a) == lower(b)) else { return false }
    }
    return true
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
