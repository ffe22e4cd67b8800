extension LogFormat {
  /// The format of the first lines of a file.
  ///
  /// A format is recognised if nine of ten lines have it. Lines of one word each are keys. Nothing else
  /// is guessed.
  ///
  /// - Parameter configured: Formats of the router's configuration, which are tried first.
  package static func recognised(in lines: [[UInt8]], configured: [LogFormat] = []) -> LogFormat {
    let lines = lines.filter { !$0.isEmpty }
    guard let first = lines.first else { return .plain }
    func isMost(_ fits: ([UInt8]) -> Bool) -> Bool {
      lines.count(where: fits) * 10 >= lines.count * 9
    }
    var places: [Range<Int>] = []
    for format in configured {
      guard case .template(let template, let escape, _) = format, template.names.count > 1 else {
        continue
      }
      let fits = isMost { line in
        let start = escape == .numberSign ? HAProxyPrefix.length(in: line.span) : 0
        return template.parse(
          line.span.extracting(start..<line.count), first: .max, into: &places)
      }
      if fits { return format }
    }
    if isMost({ $0.first == UInt8(ascii: "{") && $0.last == UInt8(ascii: "}") }) { return .json }
    if let csv = separatedValues(first, lines.dropFirst()) { return csv }
    var ranges: [Range<Int>] = []
    for known in named {
      guard let format = try? LogFormat(known.name, firstLine: first.span),
        case .template(let template, _, _) = format
      else { continue }
      let isHAProxy = known.escape == .numberSign
      let fits = isMost { line in
        let start = isHAProxy ? HAProxyPrefix.length(in: line.span) : 0
        guard
          template.parse(
            line.span.extracting(start..<line.count), first: .max, into: &ranges)
        else { return false }
        return isPlausible(line.span.extracting(start..<line.count), ranges, isHAProxy: isHAProxy)
      }
      if fits { return format }
    }
    return .plain
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

  /// Whether the values are what their names say, as a template alone fits much.
  private static func isPlausible(
    _ line: Span<UInt8>, _ ranges: [Range<Int>], isHAProxy: Bool
  ) -> Bool {
    // The time is the second value of HAProxy's formats and the third of the others.
    let time = line.extracting(ranges[isHAProxy ? 1 : 2])
    guard time.count >= 20, time[2] == UInt8(ascii: "/"), time[6] == UInt8(ascii: "/") else {
      return false
    }
    let client = line.extracting(ranges[0])
    guard client.firstIndex(of: UInt8(ascii: " "), from: 0) == nil else { return false }
    // The timers of HAProxy are numbers between slashes.
    guard isHAProxy else { return true }
    return line.extracting(ranges[5]).firstIndex(of: UInt8(ascii: "/"), from: 0) != nil
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

/// What syslog writes before a line of HAProxy: `Feb  6 12:14:14 lb1 haproxy[14389]: `.
enum HAProxyPrefix {
  private static let ends = [Array("]: ".utf8), Array("haproxy: ".utf8)]

  /// The length of the prefix, 0 if there is none.
  static func length(in line: Span<UInt8>) -> Int {
    // HAProxy's own lines have no such text in their first part.
    let head = line.extracting(0..<min(line.count, 200))
    for end in ends {
      if let found = head.firstIndex(of: end, from: 0) { return found + end.count }
    }
    return 0
  }
}
