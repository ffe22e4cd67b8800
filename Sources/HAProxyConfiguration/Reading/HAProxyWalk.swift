internal import Configurations

/// A walk through the lines of a configuration, which finds the sections with servers.
struct HAProxyWalk {
  /// The section that a line is in.
  enum Scope {
    /// None yet.
    case none
    /// `global`, which changes the environment.
    case global
    /// A section without servers that are balanced, or one whose first line is not understood.
    case other
    /// A section that begins in a condition that cannot be decided.
    ///
    /// The lines may also belong to the section before the condition, whose position is kept.
    case undecided(backend: Int?, defaults: Int?)
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
    var settings: HAProxySettings
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
  var finished: [HAProxyBackend] = []
  var conditions = HAProxyConditions()
  /// The last condition that cannot be decided.
  var undecided: ConfigurationProblem?
  var environment: HAProxyEnvironment
  /// What conditions took from outside of the configuration; all sections may depend on it.
  var conditionSources: [HAProxyVariableSource] = []
  /// How many bytes variables have added to lines.
  var added = 0
  /// Variables may hold each other, so that lines with them are far longer than the file.
  private var mostAdded: Int { 4 * reader.limits.totalSize }
  /// What HAProxy reports while it reads lines.
  var problems: [ConfigurationProblem] = []
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
    environment = HAProxyEnvironment(reader.surroundings)
  }

  mutating func read(_ tree: HAProxySyntaxTree) throws(ConfigurationError) {
    trees.append(tree)
    environment.file = tree.file
    environment.section = ""
    for line in tree.lines {
      location = ConfigurationLocation(file: tree.file, line: line.number)
      environment.line = line.number
      try read(line, of: tree)
      guard added <= mostAdded else {
        throw ConfigurationError(
          .tooLarge, "the values of variables have more than \(mostAdded) bytes in all lines",
          location)
      }
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

  private mutating func read(
    _ written: HAProxyLine, of tree: HAProxySyntaxTree
  ) throws(ConfigurationError) {
    if let mistake = written.mistake { return fail(mistake) }
    guard let start = written.words.first, !start.characters.isEmpty else { return }
    if start.bytes.first == UInt8(ascii: ".") { return readDirective(written, of: tree) }
    let (line, sources) = expanded(written, of: tree)
    if let mistake = line.mistake { return fail(mistake) }
    guard let first = line.words.first, !first.characters.isEmpty else { return }
    guard conditions.isReading else {
      if conditions.isUnknown { passOver(line.words, start: line.range.lowerBound) }
      return
    }
    guard !first.hasVariable else { return depends(on: first) }
    defer { note(sources, of: line.words) }
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
      environment.section = keyword.text
      return beginSection(word, Array(words), start: line.range.lowerBound)
    }
    switch scope {
    case .none:
      let shown = HAProxyText.shown(keyword.characters)
      let hasMark = keyword.bytes.starts(with: [0xEF, 0xBB, 0xBF])
      fail(
        "unknown keyword '\(shown)' out of section.",
        remedy: hasMark
          ? "the file begins with a byte order mark; save it as UTF-8 without one"
          : keyword.isWord("server")
            ? "a section such as 'backend app' has to begin above it" : nil)
    case .other: return
    case .global: readGlobal(Array(words), sources: sources)
    case .undecided(let backend, let defaults):
      guard decides(Array(words)) else { return }
      if let backend { finished[backend].flaw = finished[backend].flaw ?? undecided }
      if let defaults { self.defaults[defaults].settings.flaw = undecided }
    case .defaults, .frontend, .servers: try readKeyword(Array(words), prefix: prefix)
    }
  }

  private static let negatable = [
    "option", "log", "busy-polling", "set-dumpable", "strict-limits", "insecure-fork-wanted",
    "numa-cpu-mapping",
  ]

  /// Ends the section that is open.
  mutating func closeSection(at end: Int) {
    if case .defaults(let name) = scope {
      defaultsByName[name, default: []].append(defaults.count)
      defaults.append(Defaults(name: name, location: defaultsStart, settings: settings))
    }
    guard var section = backend else { return }
    backend = nil
    section.take(settings)
    section.sources.note(conditionSources)
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
      .unknown, "'\(HAProxyText.shown(word.bytes))' depends on the environment of the program",
      unknowns: unknowns(of: word))
  }

  /// Adds a problem of the line.
  ///
  /// Unless it is a warning, the section is not known in full.
  mutating func note(
    _ severity: ConfigurationProblem.Severity, _ message: String, remedy: String? = nil,
    unknowns: [String] = []
  ) {
    let problem = ConfigurationProblem(
      severity: severity, message: message, remedy: remedy, location: location, unknowns: unknowns)
    problems.append(problem)
    if severity != .warning, settings.flaw == nil { settings.flaw = problem }
  }
}
