import AccessLogs
import ArgumentParser

/// Where a command takes many keys from, and how it finds them there.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with keys, an access log or one key a line; - for standard input. May be given several times.",
      discussion: "A folder stands for the files in it. gzip, zstd and xz are unpacked, UTF-16 is "
        + "converted. The format is recognised from the first lines. The key is then the value that the "
        + "cluster names, such as a cookie, taken from the request as the router takes it. Unset values, "
        + "'-' or nothing, are no keys.",
      valueName: "file"))
  var keys: [String] = []

  @Option(
    help: ArgumentHelp(
      "The form of the lines: \(LogFormat.names.joined(separator: ", ")), a log_format string of nginx, "
        + "a log-format string of HAProxy, or the name of one in the configuration of the cluster.",
      valueName: "format"))
  var logFormat: String?

  @Option(
    help: ArgumentHelp(
      "The key is this value: a variable of the log format, a column of CSV, a path of JSON.",
      valueName: "name"))
  var value: String?

  @Option(
    help: ArgumentHelp(
      "The key is this field of each line, from 1.",
      discussion: "Fields are separated by blanks; \"…\" and […] are one field.",
      valueName: "number"))
  var field: Int?

  @Option(
    help: ArgumentHelp(
      "The key is the first group of this regular expression.", valueName: "pattern"))
  var regex: String?

  @Flag(help: "Lines are keys as they are, also '-'.")
  var raw = false

  @Flag(help: "Count each key once, even if it appears again (about 20 bytes of memory each).")
  var distinct = false

  @Flag(help: "A line that does not have the form of the others is an error.")
  var strict = false

  func validate() throws {
    if let field, field < 1 { throw ValidationError("--field counts from 1.") }
    let places = [
      ("--field", field != nil), ("--regex", regex != nil), ("--value", value != nil),
      ("--raw", raw),
    ].filter(\.1).map(\.0)
    if places.count > 1 {
      throw ValidationError(
        "\(places[0]) and \(places[1]) both say where the key is; give one of them.")
    }
    if raw, logFormat != nil {
      throw ValidationError("--raw has no --log-format; give one of them.")
    }
    guard keys.isEmpty else { return }
    let needing =
      places
      + [
        ("--log-format", logFormat != nil), ("--distinct", distinct), ("--strict", strict),
      ].filter(\.1).map(\.0)
    if let first = needing.first { throw ValidationError("\(first) needs --keys.") }
  }

  /// What the options say.
  var settings: KeySettings {
    KeySettings(
      files: keys, logFormat: logFormat, value: value, field: field, regex: regex, isRaw: raw,
      isDistinct: distinct, isStrict: strict)
  }
}

/// Where keys are, and how they are found there.
struct KeySettings {
  var files: [String]
  var logFormat: String?
  var value: String?
  var field: Int?
  var regex: String?
  var isRaw = false
  var isDistinct = false
  var isStrict = false

  /// Where the key is in a line.
  func place() throws(LogTemplate.Malformed) -> KeyFinder.Place {
    if let field { return .field(field) }
    if let regex { return .expression(try LinePattern(regex)) }
    if let value { return .value(value) }
    return isRaw ? .raw : .automatic
  }
}
