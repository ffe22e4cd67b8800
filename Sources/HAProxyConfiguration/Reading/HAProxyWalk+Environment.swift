internal import Configurations

extension HAProxyWalk {
  /// A line with the values of its variables, and what they were taken from.
  ///
  /// Variables that nobody knows are kept as they are written.
  mutating func expanded(
    _ line: HAProxyLine, of tree: HAProxySyntaxTree
  ) -> (line: HAProxyLine, sources: [HAProxyVariableSource]) {
    guard line.words.contains(where: \.hasVariable) else { return (line, []) }
    var lexer = HAProxyLexer(
      file: tree.bytes, range: tree.content(of: line), environment: environment)
    let (words, mistake) = lexer.split()
    added += lexer.added
    let line = HAProxyLine(number: line.number, range: line.range, words: words, mistake: mistake)
    return (line, lexer.sources)
  }

  /// An address with the values of its variables, which HAProxy also finds outside of quotes
  /// (`env_expand` of `src/tools.c`).
  ///
  /// Nil if nobody knows one of them.
  mutating func expandedAddress(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard word.contains(UInt8(ascii: "$")) else { return word }
    var expanded: [UInt8] = []
    var sources: [HAProxyVariableSource] = []
    var rest = word
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "$") else {
        expanded.append(byte)
        continue
      }
      let isBraced = rest.first == UInt8(ascii: "{")
      if isBraced { rest = rest.dropFirst() }
      let name = rest.prefix { HAProxyLexer.isLetter($0) || HAProxyLexer.isDigit($0) }
      rest = rest[name.endIndex...]
      if isBraced, rest.first == UInt8(ascii: "}") { rest = rest.dropFirst() }
      let variable = HAProxyVariable(
        name: String(decoding: name, as: UTF8.self), fallback: nil, isList: false)
      guard let value = variable.value(in: environment) else { return nil }
      expanded += value.bytes
      added += value.bytes.count
      sources.note(value.sources)
    }
    note(sources)
    return expanded[...]
  }

  /// Keeps what a line that decides something takes from outside of the configuration.
  mutating func note(_ sources: [HAProxyVariableSource], of words: [HAProxyWord]) {
    guard !sources.isEmpty else { return }
    let isSection = words.first.flatMap { HAProxySectionWord($0, reader.version) } != nil
    guard isSection || decides(words) else { return }
    note(sources)
  }

  private mutating func note(_ sources: [HAProxyVariableSource]) {
    for source in sources {
      if case .nothing(let name) = source {
        problems.append(
          ConfigurationProblem(
            severity: .warning,
            message: "the variable '\(name)' is not set here, so HAProxy reads nothing for it",
            remedy: "say what it is where HAProxy runs", location: location, unknowns: [name]))
      }
    }
    settings.sources.note(sources)
  }

  /// Reads a line of `global`: those that change the environment.
  mutating func readGlobal(_ words: [HAProxyWord], sources: [HAProxyVariableSource]) {
    let keyword = words[0].text
    let arguments = words.dropFirst().prefix { !$0.characters.isEmpty }
    switch keyword {
    case "setenv", "presetenv":
      guard arguments.count > 1, let name = arguments.first, let value = arguments.dropFirst().first
      else { return fail("'\(keyword)' expects a name and a value.") }
      guard !name.hasVariable else { return environment.forgetAll(for: unknowns(of: name)) }
      guard !value.hasVariable else {
        return environment.forget(name.text, for: unknowns(of: value))
      }
      if keyword == "setenv" {
        environment.set(name.text, Array(value.characters), sources: sources)
      } else {
        environment.preset(name.text, Array(value.characters), sources: sources)
      }
    case "unsetenv":
      guard !arguments.isEmpty else {
        return fail("'unsetenv' expects at least one variable name.")
      }
      if let name = arguments.first(where: \.hasVariable) {
        return environment.forgetAll(for: unknowns(of: name))
      }
      for name in arguments { environment.unset(name.text) }
    case "resetenv":
      if let name = arguments.first(where: \.hasVariable) {
        return environment.forgetAll(for: unknowns(of: name))
      }
      environment.reset(keeping: Set(arguments.map(\.text)))
    default: break
    }
  }

  /// Notes what a line of `global` may have changed, of which it is not known whether HAProxy reads it.
  mutating func forget(_ words: [HAProxyWord]) {
    let unknowns = undecided?.unknowns ?? []
    switch words[0].text {
    case "setenv", "presetenv":
      if words.count > 1 { environment.forget(words[1].text, for: unknowns) }
    case "unsetenv":
      for name in words.dropFirst() { environment.forget(name.text, for: unknowns) }
    case "resetenv": environment.forgetAll(for: unknowns)
    default: break
    }
  }

  /// What would have to be known to know a word.
  func unknowns(of word: HAProxyWord) -> [String] { unknowns(of: word.variables) }

  /// What would have to be known to know some variables: the first of it, where it is much.
  func unknowns(of variables: [String]) -> [String] {
    var unknowns: [String] = []
    for name in variables.lazy.flatMap(environment.unknowns) where !unknowns.contains(name) {
      guard unknowns.count < [HAProxyVariableSource].most else { break }
      unknowns.append(name)
    }
    return unknowns
  }
}
