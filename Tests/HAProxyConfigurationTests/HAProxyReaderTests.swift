import Configurations
import HAProxyConfiguration
import ProxyProfiles
import Testing

@Suite struct HAProxyReaderTests {
  static func read(_ text: String, version: HAProxyVersion = .newest) throws -> HAProxyReading {
    try HAProxyReader(version: version).backends(in: Array(text.utf8), file: "a.cfg")
  }

  static let whole = """
    global
        maxconn 100
    defaults
        mode http
        balance source
        hash-type consistent
        default-server weight 7
    frontend f
        bind 127.0.0.1:80
        use_backend app
    backend app
        balance url_param id
        hash-balance-factor 150
        option allbackups
        option redispatch
        server x 127.0.0.1:1 id 9
        default-server disabled weight 9 hash-key addr
        server y 127.0.0.1:2 guid g check inter 1s
        server z 127.0.0.1:3 enabled weight backup
        server q 127.0.0.1:4 weight 5 backup '' weight 6
    # the end
    listen l
        mode tcp
        no option allbackups
        server a [::1]:5

    """

  @Test func readsBackendsWithTheirDefaults() throws {
    let reading = try Self.read(Self.whole)
    #expect(reading.problems == [])
    #expect(reading.backends.map(\.name) == ["app", "l"])
    #expect(reading.backends.map(\.kind) == [.backend, .listen])
    #expect(reading.backends.map(\.mode) == [.http, .tcp])
    #expect(reading.backends.map(\.method) == [.urlParameter("id"), .source])
    #expect(reading.backends.map(\.hashType.isConsistent) == [true, true])
    #expect(reading.backends.map(\.hashBalanceFactor) == [150, 0])
    #expect(reading.backends.map(\.usesAllBackups) == [true, false])
    #expect(reading.backends.map(\.redispatch) == [-1, nil])
    #expect(reading.backends.map(\.location.line) == [11, 22])
    #expect(reading.backends[1].servers.map(\.weight) == [7])
    let text = Array(Self.whole.utf8)
    #expect(
      String(decoding: text[reading.backends[1].range], as: UTF8.self).hasPrefix("listen l\n"))
    #expect(reading.backends[1].range.upperBound == text.count)
  }

  /// As HAProxy 2.6.12 showed them in `show servers state`, hash keys and guids apart.
  @Test func serversTakeTheDefaultServerAboveThem() throws {
    let servers = try Self.read(Self.whole).backends[0].servers
    #expect(servers.map(\.name) == ["x", "y", "z", "q"])
    #expect(servers.map(\.weight) == [7, 9, 0, 5])
    #expect(servers.map(\.isDisabled) == [false, true, false, true])
    #expect(servers.map(\.isBackup) == [false, false, false, true])
    #expect(servers.map(\.id) == [9, nil, nil, nil])
    #expect(servers.map(\.guid) == [nil, "g", nil, nil])
    #expect(servers.map(\.hashKey) == [.id, .address, .address, .address])
    #expect(
      servers.map(\.location.description) == ["a.cfg:16", "a.cfg:18", "a.cfg:19", "a.cfg:20"])
  }

  /// The weights that HAProxy 2.6.12 showed in `show servers state`.
  @Test func theLastDefaultsApplyUnlessOthersAreNamed() throws {
    let reading = try Self.read(
      """
      defaults
        default-server weight 7
      defaults named
        default-server weight 11
      backend b2
        server a 127.0.0.1:1
      defaults
      backend b3
        server a 127.0.0.1:1
      backend b4 from named
        server a 127.0.0.1:1

      """)
    #expect(reading.problems == [])
    #expect(reading.backends.map { $0.servers[0].weight } == [11, 1, 11])
  }

  /// The first server of a template has the id that is written (`show servers state` of 2.6.12).
  @Test func templatesAreServers() throws {
    let reading = try Self.read(
      "backend b\n server-template a 2-4 127.0.0.1:2 id 7 weight 3 backup\n server-template c 2 h:1\n"
    )
    let servers = reading.backends[0].servers
    #expect(servers.map(\.name) == ["a2", "a3", "a4", "c1", "c2"])
    #expect(servers.map(\.id) == [7, nil, nil, nil, nil])
    #expect(servers.map(\.weight) == [3, 3, 3, 1, 1])
    #expect(servers.map(\.isBackup) == [true, true, true, false, false])
    #expect(servers.map(\.isFromTemplate) == [true, true, true, true, true])
  }

  @Test func whatDependsOnTheEnvironmentIsSaid() throws {
    let lines = [
      "server a \"$HOST:80\"", "server a ${HOST}:80", "server \"$A\" 127.0.0.1:80",
      "server a 127.0.0.1:80 weight \"$W\"", "server a 127.0.0.1:80 \"$WORD\"",
      "server a 127.0.0.1:80 cookie \"${C[*]}\"", "balance \"$B\"", "option \"$O\"",
      "\"$K\" a", "server-template a \"$N\" 127.0.0.1:80",
      ".if defined(X)\n server a 127.0.0.1:80\n .endif",
    ]
    for line in lines {
      let reading = try Self.read("backend b\n \(line)\n balance source\n")
      #expect(reading.isAccepted, "\(line)")
      #expect(reading.problems.map(\.severity) == [.unknown], "\(line)")
      #expect(reading.backends[0].flaw == reading.problems.first, "\(line)")
    }
    let reading = try Self.read("backend b\n server a 127.0.0.1:80 cookie \"$C\" weight 3\n")
    #expect(reading.problems == [])
    #expect(reading.backends[0].servers.map(\.weight) == [3])
  }

  @Test func linesAfterAnUndecidedSectionBelongToNobody() throws {
    let reading = try Self.read(
      "backend a\n.if defined(X)\nbackend b\n.else\nbackend c\n.endif\n server s 127.0.0.1:1\n")
    #expect(reading.backends.map(\.name) == ["a", "b", "c"])
    #expect(reading.backends.allSatisfy { $0.servers.isEmpty })
    #expect(reading.backends.map(\.isInUndecidedCondition) == [false, true, true])
    #expect(
      reading.problems.map(\.description) == [
        "a.cfg:2: unknown: '.if defined(X)' cannot be decided here"
      ])
    // The server may be one of each of them.
    #expect(reading.backends.map(\.flaw) == Array(repeating: reading.problems[0], count: 3))
  }

  @Test func numbersDecideConditions() throws {
    let reading = try Self.read(
      ".if 0\nbackend a\n.elif 1\nbackend b\n.else\nbackend c\n.endif\n.if !0\nbackend d\n.endif\n")
    #expect(reading.problems == [])
    #expect(reading.backends.map(\.name) == ["b", "d"])
  }

  @Test func filesAreReadOneAfterTheOther() throws {
    let reading = try HAProxyReader().backends(in: [
      (file: "1.cfg", bytes: Array("defaults\n default-server weight 5\nbackend a\n".utf8)),
      (file: "2.cfg", bytes: Array("server s 127.0.0.1:1\n".utf8)),
      (file: "3.cfg", bytes: Array("backend a\nbackend b\n server s 127.0.0.1:1\n".utf8)),
    ])
    #expect(
      reading.problems.map(\.description) == [
        "2.cfg:1: error: unknown keyword 'server' out of section.; a section such as 'backend app' has "
          + "to begin above it",
        "3.cfg:1: error: backend 'a' has the same name as backend 'a' declared at 1.cfg:3.",
      ])
    #expect(reading.backends.map { $0.servers.map(\.weight) } == [[], [5]])
    #expect(reading.files.map(\.file) == ["1.cfg", "2.cfg", "3.cfg"])
  }

  @Test func theStandardMethodDependsOnTheVersion() throws {
    #expect(
      try Self.read("backend b\n", version: HAProxyVersion(2, 6)).backends[0].method == .roundRobin)
    #expect(try Self.read("backend b\n").backends[0].method == .random(draws: 2))
  }

  @Test func versionsAreReadAndOrdered() {
    #expect(HAProxyVersion("2.6.12-1+deb12u4") == HAProxyVersion(2, 6))
    #expect(HAProxyVersion("3.0") == HAProxyVersion(3, 0))
    #expect(HAProxyVersion("3") == nil)
    #expect(HAProxyVersion("a.b") == nil)
    #expect(HAProxyVersion(2, 10) > HAProxyVersion(2, 9))
    #expect(HAProxyVersion(2, 10).description == "2.10")
  }

  @Test func limitsHold() throws {
    let reader = HAProxyReader(limits: HAProxyLimits(totalSize: 200, servers: 10))
    let many = "backend b\n server-template a 1-6 h:1\nbackend c\n server-template a 1-5 h:1\n"
    let error = try #require(throws: ConfigurationError.self) {
      try reader.backends(in: Array(many.utf8), file: "a.cfg")
    }
    #expect(error.description == "a.cfg:4: there are more than 10 servers")
    #expect(throws: ConfigurationError.self) {
      try reader.backends(
        in: Array("backend b\n server-template a 1-2147483647 h:1\n".utf8), file: "a.cfg")
    }
    #expect(throws: ConfigurationError.self) {
      try reader.backends(in: [UInt8](repeating: 10, count: 201), file: "a.cfg")
    }
  }
}
