import AccessLogs

/// Counts the lines of a file that have no key, by their reasons.
struct LineTally {
  let name: String
  /// Whether a line that does not have the form of the others is an error.
  let isStrict: Bool
  let kind: KeyKind
  /// What a line lacks that does not have the form of the others.
  let form: String

  private var lines = 0
  private var unset = Kind()
  private var mistyped = Kind()
  private var broken = Kind()

  /// A reason, and the first lines that have it.
  private struct Kind {
    var count = 0
    var first: [Int] = []

    mutating func note(_ line: Int) {
      count += 1
      if first.count < 3 { first.append(line) }
    }

    /// `2 lines` and where they are.
    func text(of lines: Int) -> String {
      let places = first.map(String.init).joined(separator: ", ")
      let ends = count > first.count ? ", …" : ""
      return "\(grouped(count)) of \(counted(lines, "line", "lines")) "
        + "(\(count == 1 ? "line" : "lines") \(places)\(ends))"
    }
  }

  init(name: String, _ settings: KeySettings, kind: KeyKind) {
    self.name = name
    isStrict = settings.isStrict
    self.kind = kind
    form =
      settings.field.map { "no field \($0)" }
      ?? (settings.regex == nil ? "not of the form of the log" : "the expression does not match")
  }

  /// Notes what a line gave.
  ///
  /// - Throws: ``CommandError`` for a line of another form, if that is an error.
  mutating func note(_ outcome: KeyFinder.Outcome, line: Int) throws(CommandError) {
    lines += 1
    switch outcome {
    case .key: return
    case .unset: unset.note(line)
    case .mistyped:
      mistyped.note(line)
      try refuse(line, "no \(noun) where the key is")
    case .broken:
      broken.note(line)
      try refuse(line, form)
    }
  }

  private var noun: String { kind.type == .text ? "IP address" : kind.type.noun }

  private func refuse(_ line: Int, _ problem: String) throws(CommandError) {
    guard isStrict else { return }
    throw CommandError(
      "\(name):\(line): \(problem); correct it, or leave out --strict to skip such lines")
  }

  /// Says what was skipped.
  func say(emptyLines: Int) {
    if emptyLines > 0 {
      Notes.say("\(name): skipped " + counted(emptyLines, "empty line", "empty lines"))
    }
    if unset.count > 0 {
      Notes.say(
        "\(name): \(unset.text(of: lines)): no value for the key, not counted; routers place such "
          + "requests by state")
    }
    if mistyped.count > 0 {
      Notes.say("\(name): \(mistyped.text(of: lines)): no \(noun) where the key is, skipped")
    }
    if broken.count > 0 {
      Notes.say("\(name): \(broken.text(of: lines)): \(form), skipped")
    }
  }
}
