import AccessLogs

/// What is said about the lines of one file that have no key.
struct LineRemarks {
  let name: String
  /// Whether a line that does not have the form of the others is an error.
  let isStrict: Bool
  /// What a line lacks that does not have the form of the others.
  private let form: String
  /// What the key is.
  private let noun: String

  private var tally = LineTally()
  private var emptyLines = 0
  /// Lines in all parts so far, also empty ones.
  private(set) var lines = 0

  init(name: String, _ settings: KeySettings, kind: KeyKind) {
    self.name = name
    isStrict = settings.isStrict
    noun = kind.type == .text ? "IP address" : kind.type.noun
    form =
      settings.field.map { "no field \($0)" }
      ?? (settings.regex == nil ? "not of the form of the log" : "the expression does not match")
  }

  /// Adds what the next lines of the file gave.
  ///
  /// - Throws: ``CommandError`` for a line of another form, if that is an error, and for one that is too
  ///   long.
  mutating func add(_ tally: LineTally, _ remainder: LineBlock.Remainder) throws(CommandError) {
    if isStrict {
      let reasons = [
        (tally.mistyped.first.first, "no \(noun) where the key is"),
        (tally.broken.first.first, form),
      ].compactMap { line, reason in line.map { (line: $0, reason: reason) } }
      if let first = reasons.min(by: { $0.line < $1.line }) {
        throw CommandError(
          "\(name):\(lines + first.line): \(first.reason); correct it, or leave out --strict to skip such "
            + "lines")
      }
    }
    if let line = remainder.tooLongLine {
      throw CommandError(
        "\(name):\(lines + line): the line is longer than 1 MiB; give one key a line, at most 1 MiB each"
      )
    }
    self.tally.add(tally, after: lines)
    lines += remainder.lines
    emptyLines += remainder.emptyLines
  }

  /// How many lines have no key.
  var skipped: SkippedLines {
    SkippedLines(
      unset: tally.unset.count, mistyped: tally.mistyped.count, otherForm: tally.broken.count,
      empty: emptyLines)
  }

  /// Says what was skipped.
  func say() {
    if emptyLines > 0 {
      Notes.say("\(name): skipped " + counted(emptyLines, "empty line", "empty lines"))
    }
    say(
      tally.unset, "no value for the key, not counted; routers place such requests by state")
    say(tally.mistyped, "no \(noun) where the key is, skipped")
    say(tally.broken, "\(form), skipped")
  }

  /// Says how many lines have a reason, and which are the first.
  private func say(_ kind: LineTally.Kind, _ reason: String) {
    guard kind.count > 0 else { return }
    let places = kind.first.map(String.init).joined(separator: ", ")
    let ends = kind.count > kind.first.count ? ", …" : ""
    Notes.say(
      "\(name): \(grouped(kind.count)) of \(counted(tally.lines, "line", "lines")) "
        + "(\(kind.count == 1 ? "line" : "lines") \(places)\(ends)): \(reason)")
  }
}
