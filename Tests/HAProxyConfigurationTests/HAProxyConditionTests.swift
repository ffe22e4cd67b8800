import Configurations
import ConsistentHashing
import HAProxyConfiguration
import Testing

/// The conditions of `.if` and `.elif`.
@Suite struct HAProxyConditionTests {
  /// Conditions that need nothing but the version and the environment of HAProxy.
  static let decided = [
    "0", "1", "2", "-1", "+0", "010", "0x10", "0x0", "!0", "!!1", "! 1", "(1)", "(0)",
    "!(0)", "( 1 )", "1 && 0", "1 || 0", "1&&1", "0||0", "1 || 0 && 0", "(1 || 1) && 0",
    "0 && 0 || 1", "1 && (0 || (1 && 1))", "((((1))))", "streq(a,a)", "streq(a,b)", "strneq(a,b)",
    "strneq(a,a)", "streq(a, a)", "streq( a,a)", "streq(a b,a b)", "streq(,)", "streq(a,)",
    "streq(\"a b\",a b)", "streq(a,'a')", "streq('$CALLER',x)",
    "streq(\"$CALLER\",10.0.0.9)", "streq(\"${UNSET-x}\",x)", "streq(\"${NONE}\",)",
    "streq(\"${LIST}\",a b  c)", "strneq(\"$CALLER\",10.0.0.9)", "defined(CALLER)",
    "!defined(CALLER)", "defined(NONE)", "defined( CALLER)", "defined(CALLER )", "defined()",
    "defined", "defined(CALLER) && streq(\"$CALLER\",10.0.0.9)", "version_atleast(2.4)",
    "version_atleast(2.6)", "version_atleast(2.6.12)", "version_atleast(99)", "version_atleast(2)",
    "version_atleast(2.7-dev1)", "version_before(2.7-dev1)", "version_before(2.4)",
    "version_before(99.1-rc2)", "version_atleast(x)", "version_before(x)", "version_atleast()",
    "version_atleast(2.6.12-1)", "version_atleast(2.6.12-9)", "version_before(2.6.12-pre1)",
    "defined(UNSET) && 0", "1 || defined(UNSET)", "\"${UNSET-1}\"", "\"${UNSET-0} || 1\"",
    "1 # 0", "\"streq(a # b,a # b)\"", "!streq(a,b) && !streq(c,d)",
    "version_atleast(2.4) && !version_before(2.4)", "\t1\t", "1 \t&&\t1",
  ]

  /// Conditions that HAProxy does not understand.
  static let malformed = [
    "foo", "true", "foo(1)", "streq(a)", "streq(a,b,c)", "defined(A,B)", "1 1", "1 x", "(1", "1)",
    "1x", "!", "1 & 1", "0 && foo", "1 || foo", "08", "09", "0x", "0xg", "streq(a\\,b,a)",
    "streq(a,b) x",
  ]

  /// HAProxy reads the branch that this library reads, or gives the same reason for reading none.
  @Test func decidesAsHAProxyDoes() async throws {
    let program = try await HAProxyProgram()
    var different: [String] = []
    for condition in Self.decided + Self.malformed {
      let text = ".if \(condition)\nfoo\n.else\nbar\n.endif\n"
      let verdict = try await program.check(
        Array(text.utf8), variables: HAProxyEnvironmentTests.variables)
      let reader = HAProxyReader(
        version: program.version,
        surroundings: HAProxyEnvironmentTests.surroundings(program.fullVersion))
      let reading = try reader.backends(in: Array(text.utf8), file: "test.cfg")
      let message = reading.problems.first?.message ?? "no problem"
      let isOther = message.contains("out of section") == Self.malformed.contains(condition)
      if isOther || !verdict.messages.contains(message) {
        different.append("\(condition)\n \(reading.problems)\n \(verdict.messages)")
      }
    }
    #expect(different.isEmpty, "\(different.joined(separator: "\n"))")
  }

  static func reading(
    _ text: String, _ change: (inout ConfigurationSurroundings) -> Void = { _ in }
  ) throws -> HAProxyReading {
    var surroundings = HAProxyEnvironmentTests.surroundings()
    change(&surroundings)
    return try HAProxyReader(surroundings: surroundings)
      .backends(in: Array(text.utf8), file: "a.cfg")
  }

  /// Where a test decides nothing, nobody has to know its result.
  @Test func whatCannotBeDecidedNamesWhatIsMissing() throws {
    let cases: [(String, [String])] = [
      ("defined(LOCAL)", ["LOCAL"]), ("!defined(LOCAL)", ["LOCAL"]),
      ("defined(LOCAL) && feature(OPENSSL)", ["LOCAL", "feature(OPENSSL)"]),
      ("defined(LOCAL) && 1 || 0", ["LOCAL"]), ("version_atleast(2.4)", ["version"]),
      ("feature(OPENSSL)", ["feature(OPENSSL)"]), ("enabled(POLL)", ["enabled(POLL)"]),
      ("streq(\"$ENV\",prod) && defined(FOO)", ["ENV", "FOO"]), ("\"$ENV\"", ["ENV"]),
      ("openssl_version_atleast(3.0)", ["openssl_version_atleast(3.0)"]),
    ]
    for (condition, unknowns) in cases {
      let reading = try Self.reading(".if \(condition)\nbackend a\n.endif\n")
      #expect(reading.problems.map(\.severity) == [.unknown], "\(condition)")
      #expect(reading.problems.map(\.unknowns) == [unknowns], "\(condition)")
    }
    for condition in ["defined(LOCAL) && 0", "defined(LOCAL) || 1", "0 && streq(\"$ENV\",x)"] {
      #expect(
        try Self.reading(".if \(condition)\nbackend a\n.endif\n").problems == [], "\(condition)")
    }
  }

  @Test func whatIsSaidDecides() throws {
    func names(
      _ condition: String, _ change: (inout ConfigurationSurroundings) -> Void
    ) throws -> [String] {
      let text = ".if \(condition)\nbackend yes\n.else\nbackend no\n.endif\n"
      let reading = try Self.reading(text, change)
      #expect(reading.problems.isEmpty, "\(condition)")
      return reading.backends.map(\.name)
    }
    let set: [UInt8] = Array("prod".utf8)
    #expect(try names("defined(A)") { $0.variables["A"] = .set(set) } == ["yes"])
    #expect(try names("defined(A)") { $0.variables["A"] = .unset } == ["no"])
    #expect(try names("defined(A)") { $0.tests["defined(A)"] = true } == ["yes"])
    #expect(try names("streq(\"$A\",prod)") { $0.variables["A"] = .set(set) } == ["yes"])
    #expect(try names("streq(\"$A\",)") { $0.variables["A"] = .unset } == ["yes"])
    #expect(try names("feature(OPENSSL)") { $0.tests["feature(OPENSSL)"] = true } == ["yes"])
    #expect(try names("feature(QUIC)") { $0.tests["feature(QUIC)"] = false } == ["no"])
    for (version, condition, name) in [
      ("2.6.12", "version_atleast(2.6.12)", "yes"), ("2.6.12", "version_atleast(2.6.13)", "no"),
      ("2.6", "version_before(2.6.1)", "yes"), ("3.0-dev7", "version_atleast(3.0)", "no"),
      ("3.0-dev7", "version_atleast(3.0-dev7)", "yes"), ("3.0", "version_before(3.0-rc1)", "no"),
    ] {
      #expect(try names(condition) { $0.version = version } == [name], "\(version) \(condition)")
    }
  }

  static let whole = """
    defaults
      balance source
    .if defined(LOCAL)
    backend a
      server s1 10.0.0.1:80
    .else
    backend a
      server s1 10.0.0.1:80
      server s2 10.0.0.2:80
    .endif
    backend b
      server s1 10.0.0.1:80
    .if version_atleast(2.4)
      server s2 10.0.0.2:80
    .endif
    .if feature(OPENSSL)
      timeout connect 5s
    .endif
    backend c
      server s1 10.0.0.1:80
    .if version_atleast(2.4)
      http-request deny
    .endif

    """

  /// Backends that do not depend on a condition are read; the others name it.
  @Test func onlyBackendsThatDependOnItAreUnknown() throws {
    let reading = try Self.reading(Self.whole)
    #expect(reading.backends.map(\.name) == ["a", "a", "b", "c"])
    #expect(
      reading.backends.map { $0.flaw?.location.line } == [3, 3, 13, nil])
    let reasons = reading.backends.map { backend in
      do throws(NoCluster) {
        return "\(try backend.cluster().cluster.nodes.count) nodes"
      } catch {
        return error.problem
      }
    }
    #expect(
      reasons == [
        "backend 'a' stands in a condition: '.if defined(LOCAL)' cannot be decided here",
        "backend 'a' stands in a condition: '.if defined(LOCAL)' cannot be decided here",
        "backend 'b' is not known in full: '.if version_atleast(2.4)' cannot be decided here",
        "1 nodes",
      ])
  }

  @Test func sectionsAfterDecidedConditionsAreWhole() throws {
    let reading = try Self.reading(Self.whole) {
      $0.variables["LOCAL"] = .unset
      $0.version = "2.6.12"
    }
    #expect(reading.backends.map(\.name) == ["a", "b", "c"])
    #expect(reading.backends.map(\.servers.count) == [2, 2, 1])
    #expect(reading.backends.allSatisfy { $0.flaw == nil })
  }

  /// Whatever an undecided block may change makes unknown what depends on it.
  @Test func undecidedDefaultsAndTrailingLinesAreUnknown() throws {
    let defaults = try Self.reading(
      "defaults\n.if defined(X)\n balance source\n.endif\nbackend b\n server s 10.0.0.1:1\n")
    #expect(defaults.backends.map { $0.flaw?.location.line } == [2])
    let section = try Self.reading(
      ".if defined(X)\ndefaults\n balance source\n.endif\nbackend b\n server s 10.0.0.1:1\n")
    #expect(section.backends.map { $0.flaw?.location.line } == [1])
    let trailing = try Self.reading(
      "backend b\n server s 10.0.0.1:1\n.if defined(X)\nfrontend f\n.endif\n server t 10.0.0.2:1\n")
    #expect(trailing.backends.map { $0.flaw?.location.line } == [3])
    let harmless = try Self.reading(
      "backend b\n server s 10.0.0.1:1\n.if defined(X)\nfrontend f\n bind :80\n.endif\nfrontend g\n"
    )
    #expect(harmless.backends.map(\.flaw) == [nil])
  }

  /// A condition that the environment of the reader decides is named with every backend.
  @Test func conditionsThatTheCallerDecidesAreNamed() throws {
    let part = try HAProxyEnvironmentTests.backend(
      ".if defined(CALLER)\nbackend b\n balance source\n server s 10.0.0.1:80\n.endif\n",
      HAProxyEnvironmentTests.surroundings())
    #expect(
      part.dependencies.map(\.text) == [
        "from the environment of this program, which may not be that of HAProxy, it takes CALLER"
      ])
  }
}
