import Configurations
import HAProxyConfiguration
import Testing

/// This library says what HAProxy says.
@Suite struct HAProxyVerdictTests {
  /// Asks HAProxy about each text, a few at a time.
  static func verdicts(
    of texts: [String], by program: HAProxyProgram
  ) async throws -> [HAProxyProgram.Verdict] {
    var verdicts: [HAProxyProgram.Verdict] = []
    for start in stride(from: 0, to: texts.count, by: 4) {
      let batch = texts[start..<min(start + 4, texts.count)]
      verdicts += try await withThrowingTaskGroup(of: (Int, HAProxyProgram.Verdict).self) { group in
        for (offset, text) in batch.enumerated() {
          group.addTask { (offset, try await program.check(Array(text.utf8))) }
        }
        var found: [(Int, HAProxyProgram.Verdict)] = []
        for try await verdict in group { found.append(verdict) }
        return found.sorted { $0.0 < $1.0 }.map(\.1)
      }
    }
    return verdicts
  }

  static func reading(_ text: String, _ version: HAProxyVersion) throws -> HAProxyReading {
    try HAProxyReader(version: version).backends(in: Array(text.utf8), file: "test.cfg")
  }

  /// What differs between a reading and a verdict; nil if they agree.
  ///
  /// Of the messages, the first that this library calls an error must be among HAProxy's.
  static func difference(
    _ text: String, from verdict: HAProxyProgram.Verdict, _ version: HAProxyVersion
  ) throws -> String? {
    let reading = try reading(text, version)
    let shown = "\(text.prefix(200).debugDescription)\n  here: "
    guard reading.isAccepted == verdict.accepted else {
      return "\(shown)\(reading.problems)\n  HAProxy: \(verdict.messages)"
    }
    guard let first = reading.problems.first(where: { $0.severity == .error }),
      !isWordedOtherwise(first.message)
    else { return nil }
    // Of servers in templates HAProxy knows no names here.
    let nameless = first.message.replacing("server b/a'", with: "server b/(null)'")
      .replacing("server a is", with: "server (null) is")
    if verdict.messages.contains("[\(first.location)]"),
      verdict.messages.contains(first.message)
        || text.contains("server-template") && verdict.messages.contains(nameless)
    {
      return nil
    }
    return "\(shown)\(first)\n  HAProxy: \(verdict.messages)"
  }

  /// Messages that HAProxy words otherwise, or does not give at all (an empty name of a server): some
  /// bytes it does not print, and a zero byte in a line may be a missing line feed to it.
  static func isWordedOtherwise(_ message: String) -> Bool {
    message.contains("\u{FFFD}") || message.hasPrefix("Stray NUL")
      || message.contains("expects <") || message.hasSuffix("in this section")
      || message.contains("unsupported stream protocol")
  }

  @Test func agreesWithHAProxyOnEveryCase() async throws {
    let program = try await HAProxyProgram()
    let cases = HAProxyVerdicts.all
    let verdicts = try await Self.verdicts(of: cases, by: program)
    var different: [String] = []
    for (text, verdict) in zip(cases, verdicts) {
      let difference = try Self.difference(text, from: verdict, program.version)
      if let difference { different.append(difference) }
    }
    #expect(
      different.isEmpty,
      "\(different.count) of \(cases.count):\n\(different.joined(separator: "\n"))")
    #expect(cases.count > 400)
    #expect(verdicts.count(where: \.accepted) > 150)
    #expect(verdicts.count(where: { !$0.accepted }) > 150)
  }

  @Test func doesNotJudgeWhatDecidesNothing() async throws {
    let program = try await HAProxyProgram()
    let cases = HAProxyVerdicts.notJudged
    let verdicts = try await Self.verdicts(of: cases, by: program)
    #expect(zip(cases, verdicts).filter(\.1.accepted).map(\.0) == [])
    #expect(try cases.filter { try !Self.reading($0, program.version).isAccepted } == [])
  }

  @Test func knowsWhatIsNewerThanDebians() async throws {
    let old = HAProxyVersion(2, 6)
    #expect(try HAProxyVerdicts.newer.filter { try Self.reading($0, old).isAccepted } == [])
    #expect(try HAProxyVerdicts.newer.filter { try !Self.reading($0, .newest).isAccepted } == [])
    let program = try await HAProxyProgram()
    guard program.version == old else { return }
    let verdicts = try await Self.verdicts(of: HAProxyVerdicts.newer, by: program)
    #expect(zip(HAProxyVerdicts.newer, verdicts).filter(\.1.accepted).map(\.0) == [])
  }
}
