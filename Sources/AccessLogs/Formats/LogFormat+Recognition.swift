extension LogFormat {
  /// The format of the first lines of a file.
  ///
  /// A format is recognised if nine of ten lines have it, JSON if more than half have. Lines of one word each
  /// are keys. Nothing else is guessed.
  ///
  /// - Parameter configured: Formats of the router's configuration, which are tried first.
  package static func recognised(in lines: [[UInt8]], configured: [LogFormat] = []) -> LogFormat {
    let lines = lines.filter { !$0.isEmpty }
    guard let first = lines.first else { return .plain }
    for format in configured {
      guard case .template(let template, _, _) = format, template.names.count > 1 else { continue }
      if let fitting = format.prefixed(asIn: lines) { return fitting }
      var ranges: [Range<Int>] = []
      let fits = Self.isMost(of: lines) { line in
        let start = template.prefix.length(in: line.span)
        return template.parse(
          line.span.extracting(start..<line.count), first: .max, into: &ranges)
      }
      if fits { return format }
    }
    // Nothing else looks like objects, so that there may be many other lines.
    if lines.count(where: isObject) * 2 > lines.count { return .json }
    if let csv = separatedValues(first, lines.dropFirst()) { return csv }
    for known in named {
      if let format = try? LogFormat(known.name, firstLine: first.span),
        let fitting = format.prefixed(asIn: lines)
      {
        return fitting
      }
    }
    return .plain
  }

  /// The format with the prefix that nine of ten lines have; nil if they do not have the format.
  package func prefixed(asIn lines: [[UInt8]]) -> LogFormat? {
    guard case .template(var template, let escape, let name) = self else { return nil }
    let lines = lines.filter { !$0.isEmpty }
    var ranges: [Range<Int>] = []
    for prefix in template.prefix == .haproxy ? [.haproxy] : LinePrefix.guessed {
      let fits = Self.isMost(of: lines) { line in
        let start = prefix.length(in: line.span)
        if start == 0, prefix != .none, prefix != .haproxy { return false }
        let rest = line.span.extracting(start..<line.count)
        return template.parse(rest, first: .max, into: &ranges)
          && template.isPlausible(rest, ranges)
      }
      guard fits else { continue }
      template.prefix = prefix
      return .template(template, escape: escape, name: name)
    }
    return nil
  }

  /// Whether a line is an object of JSON: `{user}` is none.
  private static func isObject(_ line: [UInt8]) -> Bool {
    guard line.first == UInt8(ascii: "{"), line.last == UInt8(ascii: "}") else { return false }
    let inside = line.dropFirst().first { $0 > 0x20 }
    return inside == UInt8(ascii: "\"") || inside == UInt8(ascii: "}")
  }

  private static func isMost(of lines: [[UInt8]], _ fits: ([UInt8]) -> Bool) -> Bool {
    !lines.isEmpty && lines.count(where: fits) * 10 >= lines.count * 9
  }

  /// The paths of the values in some lines of JSON, in the order in which they appear.
  package static func names(inJSON lines: [[UInt8]]) -> [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for line in lines {
      for path in JSONLine.paths(in: line.span) ?? [] where seen.insert(path).inserted {
        names.append(path)
      }
    }
    return names
  }

  /// The format of a file with a header: names in the first line, as many values in all others.
  private static func separatedValues(
    _ first: [UInt8], _ lines: ArraySlice<[UInt8]>
  ) -> LogFormat? {
    guard case .separated(let separator, let columns) = separated(header: first.span),
      columns.count > 1, !lines.isEmpty,
      columns.allSatisfy({ name in
        !name.isEmpty && !(name.utf8.first.map { $0 &- UInt8(ascii: "0") <= 9 } ?? true)
          && name.utf8.allSatisfy { isNameByte($0) }
      }),
      lines.allSatisfy({ SeparatedLine.ranges(in: $0.span, by: separator).count == columns.count })
    else { return nil }
    return .separated(by: separator, columns: columns)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte | 0x20 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): true
    default: byte &- UInt8(ascii: "0") <= 9 || "_-. ".utf8.contains(byte)
    }
  }
}

extension LogTemplate {
  /// Whether values of a line are what their names say, as a template alone fits much.
  fileprivate func isPlausible(_ line: Span<UInt8>, _ ranges: [Range<Int>]) -> Bool {
    for (name, range) in zip(names, ranges) {
      let value = line.extracting(range)
      let isPlausible =
        switch name {
        case "remote_addr", "client": value.firstIndex(of: UInt8(ascii: " "), from: 0) == nil
        case "time_local":
          value.count >= 20 && value[2] == UInt8(ascii: "/") && value[6] == UInt8(ascii: "/")
        case "start_time":
          value.count >= 20 && value[4] == UInt8(ascii: "-") && value[10] == UInt8(ascii: "T")
        case "timers": value.firstIndex(of: UInt8(ascii: "/"), from: 0) != nil
        default: true
        }
      if !isPlausible { return false }
    }
    return true
  }
}
