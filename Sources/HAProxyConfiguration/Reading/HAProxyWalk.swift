internal import Configurations

/// A walk through the lines of a configuration, which finds the sections with servers.
struct HAProxyWalk {
  /// The section that a line is in.
  enum Scope {
    /// None yet.
    case none
    /// A section without servers that are balanced, or one whose first line is not understood.
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
    let location: ConfigurationLocation
    let settings: HAProxySettings
  }

  let reader: HAProxyReader
  var scope = Scope.none
  /// The settings of the section so far.
  var settings: HAProxySettings
  /// The section, if it has servers.
  var backend: HAProxyBackend?
  /// The explicit ids of the section, with their servers.
  var ids: [Int: (name: String, location: ConfigurationLocation)] = [:]
  var guids: Set<String> = []
  var serverCount = 0
  /// The location of the line that is being read.
  var location = ConfigurationLocation(file: "", line: 0)

  private var trees: [HAProxySyntaxTree] = []
  private var finished: [HAProxyBackend] = []
  private var conditions = HAProxyConditions()
  /// The last condition that cannot be decided.
  private var undecided: ConfigurationProblem?
  /// What HAProxy reports while it reads lines.
  private var problems: [ConfigurationProblem] = []
  /// What HAProxy reports about sections after it has read all of them.
  var lateProblems: [ConfigurationProblem] = []

  var defaults: [Defaults] = []
  var defaultsStart = ConfigurationLocation(file: "", line: 0)
  var defaultsByName: [String: [Int]] = [:]
  /// The sections that listen, and those that have servers, by their names.
  var fronts: [String: (title: String, location: ConfigurationLocation)] = [:]
  var backs: [String: (title: String, location: ConfigurationLocation)] = [:]

  init(reader: HAProxyReader) {
    self.reader = reader
    settings = HAProxySettings(reader.version)
  }

  mutating func read(_ tree: HAProxySyntaxTree) throws(ConfigurationError) {
    trees.append(tree)
    for line in tree.lines {
      location = ConfigurationLocation(file: tree.file, line: line.number)
      try read(line)
    }
    if let last = tree.lines.last, tree.bytes.last != UInt8(ascii: "\n") {
      // HAProxy refuses the file for it, but what the line says is clear.
      problems.append(
        ConfigurationProblem(
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

  private mutating func read(_ line: HAProxyLine) throws(ConfigurationError) {
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

  /// Skips a line of which it is not known whether HAProxy reads it.
  private mutating func passOver(_ words: [HAProxyWord], start: Int) {
    if HAProxySectionWord(words[0], reader.version) != nil {
      // It is not known either which section the lines after the block belong to.
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
      undecided = ConfigurationProblem(
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
  /// Adds that HAProxy rejects the line.
  mutating func fail(_ message: String, remedy: String? = nil) {
    note(.error, message, remedy: remedy)
  }

  /// Adds that the line depends on a variable.
  mutating func depends(on word: HAProxyWord) {
    note(
      .unknown, "'\(HAProxyText.shown(word.bytes))' depends on the environment of the program")
  }

  /// Adds a problem of the line.
  ///
  /// Unless it is a warning, the section is not known in full.
  mutating func note(
    _ severity: ConfigurationProblem.Severity, _ message: String, remedy: String? = nil
  ) {
    let problem = ConfigurationProblem(
      severity: severity, message: message, remedy: remedy, location: location)
    problems.append(problem)
    if severity != .warning, settings.flaw == nil { settings.flaw = problem }
  }
}
