internal import Configurations

extension HAProxyWalk {
  /// Reads a line that begins with a full stop.
  mutating func readDirective(_ line: HAProxyLine, of tree: HAProxySyntaxTree) {
    let text = line.words[0].text
    let wasUnknown = conditions.isUnknown
    var condition: Condition?
    switch text {
    case ".if":
      if conditions.isReading { condition = decide(line, of: tree) }
      conditions.begin(condition?.answer ?? .no)
    case ".elif":
      if conditions.needsCondition { condition = decide(line, of: tree) }
      alternate(condition?.answer ?? .no, text)
    case ".else": alternate(.yes, text)
    case ".endif":
      if !conditions.end() { fail("lone '.endif' with no matching '.if'.") }
    case ".alert" where conditions.isReading:
      let words = expanded(line, of: tree).line.words
      fail("'\(HAProxyText.shown(words.dropFirst().first?.characters ?? []))'.")
    case ".notice", ".warning", ".diag", ".alert": break
    default:
      if conditions.isReading {
        fail("unknown directive '\(HAProxyText.shown(line.words[0].characters))'.")
      }
    }
    guard conditions.isUnknown, !wasUnknown, let condition else { return }
    let problem = ConfigurationProblem(
      severity: .unknown,
      message: "'\(text) \(HAProxyText.shown(condition.written))' cannot be decided here",
      location: location, unknowns: condition.unknowns)
    undecided = problem
    problems.append(problem)
  }

  private mutating func alternate(_ answer: HAProxyCondition.Answer, _ text: String) {
    guard !conditions.alternate(answer) else { return }
    fail("lone '\(text)' with no matching '.if'.")
  }

  /// A condition that was evaluated.
  private struct Condition {
    let answer: HAProxyCondition.Answer
    /// The condition as it is written, without quotes.
    let written: [UInt8]
    let unknowns: [String]
  }

  /// Evaluates the condition of a line.
  ///
  /// HAProxy reads no further after one that it does not understand. Here none of its branches is read
  /// then.
  private mutating func decide(_ line: HAProxyLine, of tree: HAProxySyntaxTree) -> Condition {
    func joined(_ words: [HAProxyWord]) -> [UInt8] {
      Array(words.dropFirst().map(\.bytes).joined(separator: [UInt8(ascii: " ")]))
    }
    var lexer = HAProxyLexer(
      file: tree.bytes, range: tree.content(of: line), environment: environment, isCondition: true)
    let (words, mistake) = lexer.split()
    added += lexer.added
    if let mistake { fail(mistake) }
    var condition = HAProxyCondition(joined(words), in: environment, reader.surroundings)
    let written = joined(line.words)
    do {
      let answer = try condition.answer()
      conditionSources.note(lexer.sources + condition.sources)
      return Condition(
        answer: answer, written: written,
        unknowns: unknowns(of: lexer.unknowns) + condition.unknowns)
    } catch {
      fail("\(error.message) in '\(line.words[0].text)'")
      return Condition(answer: .no, written: written, unknowns: [])
    }
  }

  /// Skips a line of which it is not known whether HAProxy reads it.
  mutating func passOver(_ words: [HAProxyWord], start: Int) {
    if let word = HAProxySectionWord(words[0], reader.version) {
      beginUndecided(word, words, start: start)
      return
    }
    switch scope {
    case .global, .undecided: forget(words)
    default: if decides(words), settings.flaw == nil { settings.flaw = undecided }
    }
  }

  /// Begins a section of which it is not known whether HAProxy reads it.
  private mutating func beginUndecided(
    _ word: HAProxySectionWord, _ words: [HAProxyWord], start: Int
  ) {
    // Nor is it known whether lines after the block belong to the section before it.
    if case .undecided = scope {
    } else {
      let hasBackend = backend != nil
      var hasDefaults = false
      if case .defaults = scope { hasDefaults = true }
      closeSection(at: start)
      scope = .undecided(
        backend: hasBackend ? finished.count - 1 : nil,
        defaults: hasDefaults ? defaults.count - 1 : nil)
    }
    let name = words.count > 1 ? words[1].text : ""
    var unknown = HAProxySettings(reader.version)
    unknown.flaw = undecided
    switch word {
    case .defaults:
      defaultsByName[name, default: []].append(defaults.count)
      defaults.append(Defaults(name: name, location: location, settings: unknown))
    case .backend, .listen:
      var section = HAProxyBackend(
        name: name, kind: word == .listen ? .listen : .backend, settings: unknown,
        location: location, start: start)
      section.isInUndecidedCondition = true
      finished.append(section)
    case .global, .frontend, .other: break
    }
  }
}

extension HAProxySyntaxTree {
  /// The range of a line without its line feed.
  func content(of line: HAProxyLine) -> Range<Int> {
    let last = bytes[line.range].last
    return line.range.lowerBound..<line.range.upperBound - (last == UInt8(ascii: "\n") ? 1 : 0)
  }
}
