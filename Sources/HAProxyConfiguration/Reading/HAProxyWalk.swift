/// A walk through the lines of a configuration in search of backends.
struct HAProxyWalk {
  /// The section that a line stands in.
  enum Scope {
    /// None yet.
    case none
    /// One without servers that are balanced, or one whose first line is not understood.
    case other
    /// `defaults`.
    case defaults(name: String)
    /// `frontend`, which can have no servers.
    case frontend(name: String)
    /// `backend` or `listen`.
    case servers
  }

  /// A `defaults` section that is finished.
  struct Defaults {
    let name: String
    let location: HAProxyLocation
    let settings: HAProxySettings
  }

  let reader: HAProxyReader
  var scope = Scope.none
  /// What the section says so far.
  var settings: HAProxySettings
  /// The section, if it has servers.
  var backend: HAProxyBackend?
  /// The explicit ids of the section, and whose they are.
  var ids: [Int: (name: String, location: HAProxyLocation)] = [:]
  var guids: Set<String> = []
  var serverCount = 0
  /// Where the line that is read stands.
  var location = HAProxyLocation(file: "", line: 0)

  private var trees: [HAProxySyntaxTree] = []
  private var finished: [HAProxyBackend] = []
  private var conditions = HAProxyConditions()
  /// The last condition that nobody can decide.
  private var undecided: HAProxyProblem?
  /// What HAProxy says while it reads lines.
  private var problems: [HAProxyProblem] = []
  /// What HAProxy says of sections when it has read them all.
  var lateProblems: [HAProxyProblem] = []

  var defaults: [Defaults] = []
  var defaultsStart = HAProxyLocation(file: "", line: 0)
  var defaultsByName: [String: [Int]] = [:]
  /// The sections that listen, and those that have servers, by their names.
  var fronts: [String: (title: String, location: HAProxyLocation)] = [:]
  var backs: [String: (title: String, location: HAProxyLocation)] = [:]

  init(reader: HAProxyReader) {
    self.reader = reader
    settings = HAProxySettings(reader.version)
  }

  mutating func read(_ tree: HAProxySyntaxTree) throws(HAProxyTooLarge) {
    trees.append(tree)
    for line in tree.lines {
      location = HAProxyLocation(file: tree.file, line: line.number)
      try read(line)
    }
    if let last = tree.lines.last, tree.bytes.last != UInt8(ascii: "\n") {
      // HAProxy refuses the file for it, but what the line says is clear.
      problems.append(
        HAProxyProblem(
          severity: .error,
          message: "Missing LF on last line, file might have been truncated at position "
            + "\(last.range.count + 1).", remedy: "end the file with a line feed",
          location: location))
    }
    if conditions.isOpen {
      fail("non-terminated '.if' block.")
      conditions = HAProxyConditions()
    }
    closeSection(at: tree.bytes.count)
    scope = .none
  }

  mutating func finish() -> HAProxyReading {
    HAProxyReading(backends: finished, problems: problems + lateProblems, files: trees)
  }

  private mutating func read(_ line: HAProxyLine) throws(HAProxyTooLarge) {
    if let mistake = line.mistake { return fail(mistake) }
    guard let first = line.words.first, !first.characters.isEmpty else { return }
    if first.bytes.first == UInt8(ascii: ".") { return readDirective(line.words) }
    guard conditions.isReading else {
      if conditions.isUnknown { passOver(line.words, start: line.range.lowerBound) }
      return
    }
    guard !first.hasVariable else { return depends(on: first) }
    var words = line.words[...]
    var prefix: HAProxyWord?
    if first.isWord("no") || first.isWord("default") {
      prefix = words.removeFirst()
      guard let keyword = words.first, Self.negatable.contains(where: keyword.isWord) else {
        return fail(
          "negation/default currently supported only for options, log, busy-polling, set-dumpable, "
            + "strict-limits, insecure-fork-wanted and numa-cpu-mapping.")
      }
    }
    guard let keyword = words.first else { return }
    if prefix == nil, let word = HAProxySectionWord(keyword, reader.version) {
      closeSection(at: line.range.lowerBound)
      return beginSection(word, Array(words), start: line.range.lowerBound)
    }
    switch scope {
    case .none:
      let shown = HAProxyText.shown(keyword.characters)
      let hasMark = keyword.bytes.starts(with: [0xEF, 0xBB, 0xBF])
      fail(
        "unknown keyword '\(shown)' out of section.",
        remedy: hasMark
          ? "the file begins with a byte order mark; save it as UTF-8 without one" : nil)
    case .other: return
    case .defaults, .frontend, .servers: try readKeyword(Array(words), prefix: prefix)
    }
  }

  /// Passes over a line that HAProxy reads or does not, nobody can tell.
  private mutating func passOver(_ words: [HAProxyWord], start: Int) {
    if HAProxySectionWord(words[0], reader.version) != nil {
      // Nor can anybody tell whose the lines after the block are.
      closeSection(at: start)
      scope = .other
    } else if decides(words), settings.flaw == nil {
      settings.flaw = undecided
    }
  }

  private static let negatable = [
    "option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted",
    "numa-cpu-mapping",
  ]

  private mutating func readDirective(_ words: [HAProxyWord]) {
    let rest = words.dropFirst()
    let text = words[0].text
    func answer() -> HAProxyConditions.Answer { HAProxyConditions.answer(rest) }
    let wasUnknown = conditions.isUnknown
    switch text {
    case ".if": conditions.begin(answer)
    case ".elif", ".else":
      if !conditions.alternate(text == ".else" ? { .yes } : answer) {
        fail("lone '\(text)' with no matching '.if'.")
      }
    case ".endif":
      if !conditions.end() { fail("lone '.endif' with no matching '.if'.") }
    case ".alert" where conditions.isReading:
      fail("'\(HAProxyText.shown(rest.first?.characters ?? []))'.")
    case ".notice", ".warning", ".diag", ".alert": break
    default:
      if conditions.isReading {
        fail("unknown directive '\(HAProxyText.shown(words[0].characters))'.")
      }
    }
    if conditions.isUnknown, !wasUnknown {
      undecided = HAProxyProblem(
        severity: .unknown,
        message: "the condition of '\(text)' depends on the program; the block is passed over",
        location: location)
      undecided.map { problems.append($0) }
    }
  }

  /// Ends the section that is open.
  mutating func closeSection(at end: Int) {
    if case .defaults(let name) = scope {
      defaultsByName[name, default: []].append(defaults.count)
      defaults.append(Defaults(name: name, location: defaultsStart, settings: settings))
    }
    guard var section = backend else { return }
    backend = nil
    section.take(settings)
    section.range = section.range.lowerBound..<end
    check(&section)
    finished.append(section)
  }
}

extension HAProxyWalk {
  /// Says that HAProxy rejects the line.
  mutating func fail(_ message: String, remedy: String? = nil) {
    note(.error, message, remedy: remedy)
  }

  /// Says that the line depends on a variable.
  mutating func depends(on word: HAProxyWord) {
    note(
      .unknown, "'\(HAProxyText.shown(word.bytes))' depends on the environment of the program")
  }

  /// Says something of the line.
  ///
  /// The section cannot be trusted any more unless it is a warning.
  mutating func note(
    _ severity: HAProxyProblem.Severity, _ message: String, remedy: String? = nil
  ) {
    let problem = HAProxyProblem(
      severity: severity, message: message, remedy: remedy, location: location)
    problems.append(problem)
    if severity != .warning, settings.flaw == nil { settings.flaw = problem }
  }
}
