/// The form of the lines of a file of keys.
package enum LogFormat: Hashable, Sendable {
  /// Each line is a key.
  case plain
  /// Text and values in turn.
  case template(LogTemplate, escape: LogEscape, name: String)
  /// An object of JSON in each line.
  case json
  /// Values between commas, semicolons or tabs, under a first line with their names.
  case separated(by: UInt8, columns: [String])

  /// The formats with a name, and the templates behind them, whose lines may have more after that.
  ///
  /// The values of HAProxy have the names of nginx's variables where there is one.
  static let named: [(name: String, template: String, escape: LogEscape, title: String)] = [
    (
      "combined",
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
        + "\"$http_referer\" \"$http_user_agent\"", .backslash, "the combined format of nginx"
    ),
    (
      "common",
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent", .backslash,
      "the common log format"
    ),
    (
      "haproxy-http",
      "$client [$time_local] $frontend $backend/$server $timers $status $bytes_read "
        + "$captured_request_cookie $captured_response_cookie $termination_state $connections "
        + "$queues $captures\"$request\"", .numberSign, "HAProxy's HTTP log"
    ),
    (
      "haproxy-tcp",
      "$client [$time_local] $frontend $backend/$server $timers $bytes_read $termination_state "
        + "$connections $queues", .numberSign, "HAProxy's TCP log"
    ),
    (
      "envoy",
      "[$start_time] \"$request\" $status $response_flags $bytes_received $bytes_sent $duration "
        + "$upstream_time \"$http_x_forwarded_for\" \"$http_user_agent\" \"$http_x_request_id\" "
        + "\"$http_host\" \"$upstream_addr\"", .none, "Envoy's default format"
    ),
  ]

  /// The names that ``init(_:)`` knows, for messages.
  package static let names = named.map(\.name) + ["json", "csv", "plain"]

  /// Whether the format has a header line in the file.
  package var hasHeader: Bool {
    if case .separated = self { return true }
    return false
  }

  /// What other programs write before the lines.
  package var prefix: LinePrefix {
    if case .template(let template, _, _) = self { template.prefix } else { .none }
  }

  /// What the format is called in messages.
  package var title: String {
    switch self {
    case .plain: "a key in each line"
    case .template(_, _, let name): name
    case .json: "JSON, an object in each line"
    case .separated(let separator, _):
      separator == UInt8(ascii: "\t") ? "tab-separated values with a header" : "CSV with a header"
    }
  }

  var escape: LogEscape {
    switch self {
    case .plain, .json, .separated: .none
    case .template(_, let escape, _): escape
    }
  }

  /// A format by its name, or a `log_format` string; `csv` needs the first line of the file.
  ///
  /// - Throws: ``LogTemplate/Malformed`` if it is neither.
  package init(_ text: String, firstLine: Span<UInt8>) throws(LogTemplate.Malformed) {
    if let known = Self.named.first(where: { $0.name == text }) {
      var template = try LogTemplate(known.template, isOpen: true)
      template.hasBackslashes = known.escape == .backslash
      if known.escape == .numberSign { template.prefix = .haproxy }
      self = .template(template, escape: known.escape, name: known.title)
      return
    }
    switch text {
    case "plain": self = .plain
    case "json": self = .json
    case "csv": self = Self.separated(header: firstLine)
    case let format where format.utf8.contains(UInt8(ascii: "$")):
      // escape=json shows in the text around the values.
      let isJSON = format.hasPrefix("{")
      self = .template(
        try LogTemplate(format), escape: isJSON ? .json : .backslash, name: "the format given")
    case let format where format.utf8.contains(UInt8(ascii: "%")):
      self = .template(
        try LogTemplate(haproxy: format, captures: nil), escape: .numberSign,
        name: "the format given")
    default:
      throw LogTemplate.Malformed(
        problem:
          "'\(text)' is no format; use \(Self.names.joined(separator: ", ")), a log_format string of "
          + "nginx with $variables, or a log-format string of HAProxy with %variables")
    }
  }

  /// A format of nginx by the arguments of its `log_format`: the name, perhaps `escape=…`, and texts.
  ///
  /// Nil if they are no format that lines can be read with.
  package init?(nginxArguments arguments: [String]) {
    guard let name = arguments.first else { return nil }
    var texts = arguments.dropFirst()
    var escape = LogEscape.backslash
    if let word = texts.first, word.hasPrefix("escape=") {
      texts = texts.dropFirst()
      switch word.dropFirst(7) {
      case "json": escape = .json
      case "none": escape = .none
      default: break
      }
    }
    guard let template = try? LogTemplate(texts.joined()) else { return nil }
    self = .template(template, escape: escape, name: "log_format \(name)")
  }

  /// The format of a frontend of HAProxy; nil if lines cannot be read with it.
  ///
  /// - Parameters:
  ///   - frontend: The name of the frontend.
  ///   - format: Its `log-format`, or the one that an option stands for.
  ///   - captures: What it captures.
  package init?(
    haproxyFrontend frontend: String, _ format: String, captures: LogTemplate.Captures
  ) {
    guard let template = try? LogTemplate(haproxy: format, captures: captures, isOpen: true) else {
      return nil
    }
    self = .template(template, escape: .numberSign, name: "the log of frontend \(frontend)")
  }

  /// The format of values under a first line with their names.
  static func separated(header: Span<UInt8>) -> LogFormat {
    let separators = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
    let separator =
      separators.max { a, b in
        SeparatedLine.ranges(in: header, by: a).count
          < SeparatedLine.ranges(in: header, by: b).count
      } ?? UInt8(ascii: ",")
    let columns = SeparatedLine.ranges(in: header, by: separator).map {
      String(decoding: header.extracting($0).array, as: UTF8.self)
    }
    return .separated(by: separator, columns: columns)
  }
}
