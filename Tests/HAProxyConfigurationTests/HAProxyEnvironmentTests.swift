import Configurations
import ConsistentHashing
import HAProxyConfiguration
import Testing

/// Variables of the environment, and the lines of `global` that change them, as HAProxy has them.
@Suite struct HAProxyEnvironmentTests {
  /// The environment of the program that reads.
  static let variables = ["CALLER": "10.0.0.9", "LIST": "a b  c", "NONE": "", "SPACED": " p  q "]

  static func surroundings(_ version: String? = nil) -> ConfigurationSurroundings {
    var surroundings = ConfigurationSurroundings()
    surroundings.environment = { name in variables[name].map { Array($0.utf8) } }
    surroundings.version = version
    return surroundings
  }

  /// Lines after which `.alert` says what a text is.
  static let texts: [(String, String)] = [
    ("", "${CALLER}"), ("", "$CALLER-x"), ("", "${CALLER-y}"), ("", "${UNSET-y}"),
    ("", "${UNSET}"), ("", "${NONE-y}"), ("", "${UNSET-}"), ("", "${UNSET-a$CALLER}"),
    ("", "a${CALLER}b$UNSET.c"), ("", "\\$CALLER"), ("", "${.LINE}"), ("", "$.SECTION|${.FILE-x}"),
    ("", "${.NOPE}"),
    ("setenv A 1", "$A"), ("setenv A 1\n setenv A 2", "$A"), ("setenv CALLER 1", "$CALLER"),
    ("presetenv CALLER 1", "$CALLER"), ("presetenv A 1\n presetenv A 2", "$A"),
    ("presetenv NONE 1", "$NONE"), ("unsetenv CALLER", "${CALLER-no}"),
    ("unsetenv CALLER LIST", "${LIST-no}"), ("unsetenv CALLER\n presetenv CALLER 1", "$CALLER"),
    ("setenv A 1\n resetenv CALLER", "${A-no}$CALLER${LIST-no}"),
    ("setenv A 1\n resetenv A", "$A${CALLER-no}"), ("resetenv", "${CALLER-no}"),
    ("resetenv\n setenv B 1", "$B"), ("setenv A \"x $CALLER\"", "$A"),
    ("setenv A 1\n resetenv A B\n resetenv B C", "${A-no}"), ("setenv A x\\ y", "$A"),
    ("setenv A \"$UNSET-\"", "$A"), ("setenv A '$CALLER'", "$A"),
    (".if 0\n setenv A 1\n .endif", "${A-no}"), (".if 1\n setenv A 1\n .endif", "${A-no}"),
  ]

  /// Lines of a backend with variables in them.
  static let lines: [String] = [
    "server a \"$CALLER:80\"", "server a ${CALLER}:80", "server a $CALLER:80",
    "server a \"$UNSET\"",
    "server a \"$UNSET:80\"", "server a ${UNSET}:80", "server a ${UNSET-1.2.3.4}:80",
    "server a x${LIST}y:80", "server \"s-$CALLER\" 1.2.3.4:80", "server s$CALLER 1.2.3.4:80",
    "server \"$LIST\" 1.2.3.4:80", "server a 1.2.3.4:80 \"${LIST[*]}\"",
    "server a 1.2.3.4:80 \"${UNSET[*]-weight 300}\"", "server a 1.2.3.4:80 \"${UNSET-weight 300}\"",
    "server a 1.2.3.4:80 \"${UNSET[*]}\" weight 300", "server a 1.2.3.4:80 \"${UNSET}\" weight 300",
    "server a 1.2.3.4:80 \"${UNSET[*]}weight\" 300", "server a 1.2.3.4:80 \"${SPACED[*]}\" 300",
    "server a 1.2.3.4:80 x\"${SPACED[*]}\"z 300", "server a 1.2.3.4:80 \"${SPACED}\"",
    "server a 1.2.3.4:80 weight \"${UNSET}\"", "server a 1.2.3.4:80 weight \"${UNSET-300}\"",
    "server a 1.2.3.4:80 weight \"3${UNSET}00\"", "server a 1.2.3.4:80 weight \"$CALLER\"",
    "balance \"$UNSET\"", "balance \"${UNSET-source}\"", "balance \"${UNSET-foo}\"",
    "balance \"${UNSET[*]-uri len 0}\"", "option \"$UNSET\"", "\"$UNSET\" foo",
    "\"${UNSET[*]}\" foo", "\"${UNSET-balance}\" foo", "mode \"${UNSET-http}\"",
    "server-template a \"${UNSET-2}\" 1.2.3.4:80", "server-template a \"${UNSET-x}\" 1.2.3.4:80",
    "server a 1.2.3.4:80 id \"${UNSET-0}\"", "server a \"${.LINE}.0.0.1:99${.LINE}999\"",
  ]

  static let files: [String] =
    texts.map { "global\n \($0)\n.alert \"\($1)\"\n" } + lines.map { "backend b\n \($0)\n" } + [
      "backend \"$UNSET\"\n", "defaults\nbackend \"${UNSET-b}\"\nbackend b\n",
      "backend \"a$CALLER\"\n",
      "backend \"${LIST[*]}\"\n", "global\n setenv\n", "global\n setenv A\n", "global\n unsetenv\n",
      "global\n presetenv A ''\n", "global\n setenv A \"$UNSET\"\n", "global\n resetenv\n",
      "backend b\n setenv A 1\n.alert \"${A-no}\"\n",
      "defaults\n default-server weight \"${UNSET-300}\"\n",
    ]

  @Test func saysWhatHAProxySays() async throws {
    let program = try await HAProxyProgram()
    var different: [String] = []
    for text in Self.files {
      let verdict = try await program.check(Array(text.utf8), variables: Self.variables)
      let reader = HAProxyReader(version: program.version, surroundings: Self.surroundings())
      let reading = try reader.backends(in: Array(text.utf8), file: "test.cfg")
      let error = reading.problems.first { $0.severity == .error }
      // HAProxy does not know `setenv` in a backend; which words a backend has is not judged here.
      let isJudged = !text.hasPrefix("backend b\n setenv")
      if isJudged,
        reading.isAccepted != verdict.accepted
          || error.map({ !verdict.messages.contains($0.message) }) ?? false
      {
        different.append("\(text.debugDescription)\n \(reading.problems)\n \(verdict.messages)")
      }
    }
    #expect(different.isEmpty, "\(different.joined(separator: "\n"))")
  }

  static func backend(
    _ text: String, _ surroundings: ConfigurationSurroundings
  ) throws -> ConfiguredCluster {
    let reader = HAProxyReader().reader(in: surroundings)
    let reading = try reader.reading(
      of: Array(text.utf8), file: "a.cfg", files: ConfigurationFiles([:]))
    return try #require(reading.clusters.last)
  }

  static let sample = """
    global
      setenv OWN 10.0.0.1
      presetenv CALLER 10.0.0.8
      presetenv PRESET 10.0.0.4
    backend b
      balance source
      server s1 "${OWN}:80"
      server s2 "${CALLER}:80"
      server s3 "${OTHER-10.0.0.2}:80"
      server s4 "${PRESET}:80" cookie "$IGNORED"

    """

  /// What comes from outside of the file is said, and only that.
  @Test func namesWhatItTakesFromTheCaller() throws {
    let part = try Self.backend(Self.sample, Self.surroundings())
    #expect(
      try part.cluster().cluster.nodes.map(\.address) == [
        "10.0.0.1:80", "10.0.0.9:80", "10.0.0.2:80", "10.0.0.4:80",
      ])
    #expect(
      part.dependencies.map(\.text) == [
        "from the environment of this program, which may not be that of HAProxy, it takes CALLER",
        "OTHER, PRESET are not set here, so what the configuration says for that case counts",
      ])
    #expect(part.dependencies.allSatisfy { $0.kind == .environment })
  }

  @Test func whatIsSaidCountsMoreThanTheCallersEnvironment() throws {
    var surroundings = Self.surroundings()
    surroundings.variables = [
      "CALLER": .set(Array("10.1.0.1".utf8)), "OTHER": .unset, "PRESET": .unset,
    ]
    let part = try Self.backend(Self.sample, surroundings)
    #expect(
      try part.cluster().cluster.nodes.map(\.address) == [
        "10.0.0.1:80", "10.1.0.1:80", "10.0.0.2:80", "10.0.0.4:80",
      ])
    #expect(part.dependencies.isEmpty)
  }

  /// HAProxy reads nothing for a variable that is not set; here this may be wrong, so it is said.
  @Test func aVariableThatIsNotSetIsNamed() throws {
    let text = "backend b\n balance source\n server s \"$NOPE:80\"\n server t 10.0.0.1:80\n"
    let reader = HAProxyReader(surroundings: Self.surroundings())
    let reading = try reader.backends(in: Array(text.utf8), file: "a.cfg")
    #expect(
      reading.problems.map(\.description) == [
        "a.cfg:3: warning: the variable 'NOPE' is not set here, so HAProxy reads nothing for it; "
          + "say what it is where HAProxy runs"
      ])
    #expect(reading.problems[0].unknowns == ["NOPE"])
    #expect(try reading.backends[0].cluster().cluster.nodes[0].address == "0.0.0.0:80")
  }

  /// A value may double with every line.
  @Test func valuesThatGrowAreRefused() throws {
    let lines = String(repeating: " setenv A \"$A$A\"\n", count: 60)
    let reader = HAProxyReader(surroundings: Self.surroundings())
    let reading = try reader.backends(
      in: Array("global\n setenv A xxxxxxxx\n\(lines)".utf8), file: "a.cfg")
    #expect(
      reading.problems.first?.message
        == "the values of the variables have more than 1048576 bytes")
  }

  /// Values of many lines together are limited as well.
  @Test func valuesOfAllLinesTogetherAreLimited() throws {
    let lines = String(repeating: " setenv A \"$V\"\n", count: 50)
    let reader = HAProxyReader(
      limits: HAProxyLimits(totalSize: 2000, servers: 1), surroundings: Self.surroundings())
    let error = #expect(throws: ConfigurationError.self) {
      try reader.backends(
        in: Array("global\n setenv V \(String(repeating: "x", count: 200))\n\(lines)".utf8),
        file: "a.cfg")
    }
    #expect(
      error?.description
        == "a.cfg:43: the values of variables have more than 8000 bytes in all lines")
  }

  /// Of many variables the first are named.
  @Test func ofManyVariablesTheFirstAreNamed() throws {
    let lines = (0..<50).map { " server s\($0) \"${V\($0)-10.0.0.\($0)}:80\"\n" }.joined()
    let part = try Self.backend("backend b\n balance source\n\(lines)", Self.surroundings())
    let text = part.dependencies.map(\.text).first ?? ""
    #expect(
      text.contains("V0, V1, ") && text.contains(", V31 and more are not set here"), "\(text)")
  }

  /// HAProxy sets these itself, so those of another program say nothing.
  @Test func variablesOfHAProxyItselfAreUnknown() throws {
    var surroundings = ConfigurationSurroundings()
    surroundings.environment = { _ in Array("x".utf8) }
    let text = "backend b\n balance source\n server \"$HAPROXY_LOCALPEER\" 10.0.0.1:80\n"
    let part = try Self.backend(text, surroundings)
    guard case .failure(let error) = part.result else {
      Issue.record("a cluster")
      return
    }
    #expect(error.reason == .undecided && error.unknowns == ["HAPROXY_LOCALPEER"])
  }

  /// What a condition that cannot be decided may have set is not known after it.
  @Test func linesInUndecidedConditionsMakeVariablesUnknown() throws {
    for line in ["setenv A 10.0.0.7", "unsetenv A", "resetenv", "presetenv A 1"] {
      let text = """
        global
          setenv A 10.0.0.1
        .if defined(WHO)
          \(line)
        .endif
        backend b
          balance source
          server s "$A:80"

        """
      let part = try Self.backend(text, Self.surroundings())
      guard case .failure(let error) = part.result else {
        Issue.record("a cluster after \(line)")
        continue
      }
      #expect(error.reason == .undecided && error.unknowns == ["WHO"], "\(line)")
    }
  }
}
