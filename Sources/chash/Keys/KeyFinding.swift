import AccessLogs
import ConsistentHashing

/// How keys are found in the lines of one file.
struct KeyFinding: Sendable {
  var keys: KeyFinder

  /// Whether the first line has the names of the columns.
  let skipsFirstLine: Bool

  /// What is said about the file; nil for a list of keys.
  let remark: String?

  /// Recognises the form of a file, and finds out where its keys are.
  ///
  /// - Throws: ``CommandError`` if an option cannot be read, or the log does not have the key.
  init(
    of reader: LineBlocks, _ settings: KeySettings, kind: KeyKind, also: [String] = []
  ) throws {
    let lines = try reader.peekLines(100)
    let first = lines.first ?? []
    let format: LogFormat
    do throws(LogTemplate.Malformed) {
      let place = try settings.place()
      if case .expression(let pattern) = place {
        PatternWatch.start(pattern.progress, name: reader.name)
      }
      if let configured = kind.logFormats.first(where: { $0.name == settings.logFormat }) {
        format = configured.format.prefixed(asIn: lines) ?? configured.format
      } else if let given = settings.logFormat {
        let named = try LogFormat(given, firstLine: first.span)
        format = named.prefixed(asIn: lines) ?? named
      } else {
        format =
          settings.isRaw
          ? .plain : LogFormat.recognised(in: lines, configured: kind.logFormats.map(\.format))
        if case .automatic = place, format == .plain, let problem = Self.problem(with: lines) {
          throw LogTemplate.Malformed(problem: problem)
        }
      }
      do throws(KeyFinder.Missing) {
        keys = try KeyFinder(
          format: format, place: place, pieces: kind.pieces, further: kind.further,
          skipsEmpty: kind.isCombination, type: kind.type,
          names: format == .json ? LogFormat.names(inJSON: lines) : [], also: also,
          ignoresCase: kind.ignoresCase)
      } catch {
        throw LogTemplate.Malformed(
          problem: Self.text(error, format, isNamed: settings.value != nil, kind))
      }
    } catch {
      throw CommandError("\(reader.name): \(error.problem)")
    }
    skipsFirstLine = format.hasHeader && !settings.isRaw
    remark = Self.remark(format, settings, kind, lines)
  }

  /// Why lines of no known format are no keys; nil if they may be.
  ///
  /// Whole lines as keys would give a number that means nothing.
  private static func problem(with lines: [[UInt8]]) -> String? {
    let others =
      "say where the key is with --field or --regex, or take whole lines for keys with --log-format plain"
    return switch UnknownLines(lines) {
    case .requests:
      "is like a log of requests, but of no format that is known; name it with --log-format, \(others)"
    case .json:
      "is JSON, but not an object in each line; write one object a line, for example with 'jq -c .[]', or "
        + "take whole lines for keys with --log-format plain"
    case .pairs: "has names with values in each line, which is no format that is known; \(others)"
    case .keys, .words, .quoted, .counted, .tabbed: nil
    }
  }

  /// What is said about a file; nil for a list of keys.
  private static func remark(
    _ format: LogFormat, _ settings: KeySettings, _ kind: KeyKind, _ lines: [[UInt8]]
  ) -> String? {
    let key =
      settings.value.map { "the value '\(printable($0))'" } ?? kind.text.map { printable($0) }
    if settings.field != nil || settings.regex != nil { return nil }
    guard format == .plain else {
      return "read as \(format.title)\(format.prefix.remark); the key is \(key ?? "unknown")"
    }
    if settings.isRaw { return nil }
    return switch UnknownLines(lines) {
    case .words:
      "read as one key a line, as no log format was recognised; --log-format names one"
    case .quoted:
      "the quotation marks around each line are part of the keys; --regex '^\"(.*)\"$' leaves them out"
    case .counted:
      "the number at the beginning of each line is part of the keys; --regex '^ *[0-9]+ (.*)$' leaves it out"
    case .tabbed:
      "the tabs in the lines are part of the keys; --field takes one of the fields between them"
    case .keys, .requests, .json, .pairs: nil
    }
  }

  /// Why the log does not have the key, and what to do.
  private static func text(
    _ error: KeyFinder.Missing, _ format: LogFormat, isNamed: Bool, _ kind: KeyKind
  ) -> String {
    let has = error.names.isEmpty ? "" : "; it has \(list(error.names))"
    guard let variable = error.variable else {
      return
        "is \(format.title), and the cluster does not say what its key is; say where the key is with "
        + "--value, --field or --regex\(has)"
    }
    if isNamed { return "\(format.title) has no value '\(printable(variable))'\(has)" }
    if case .template(_, .numberSign, _) = format {
      let capture =
        switch kind.source {
        case .header(let name): "capture request header \(printable(name)) len 256"
        case .cookie(let name): "capture cookie \(printable(name)) len 256"
        case _: "log-format"
        }
      return
        "\(format.title) does not have \(printable(kind.text ?? "the key")); let HAProxy log it, for example "
        + "with '\(capture)', or say where the key is with --value, --field or --regex" + has
    }
    let key = "$\(printable(variable))"
    let remedy =
      switch format {
      case .json, .separated: "name the column that has it with --value"
      case .plain, .template:
        "add \(key) to the log's format (log_format in nginx) and name it with --log-format, or say where "
          + "the key is with --field or --regex"
      }
    return
      "\(format.title) does not have \(key), which the key (\(printable(kind.text ?? ""))) needs; "
      + remedy + has
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { printable($0) }.joined(separator: ", ")
    return names.count > 20 ? shown + ", …" : shown
  }
}
