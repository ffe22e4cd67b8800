import Foundation
import Testing

/// Configurations that depend on something outside of them: the environment, conditions, DNS, other files.
@Suite struct SurroundingsTests {
  private static func run(
    _ files: [String: String], _ arguments: String...
  ) async throws -> ChashProgram.Outcome {
    var outcome = ChashProgram.Outcome()
    try await Folder.with(files) { (folder: Folder) async throws in
      outcome = try await ChashProgram.run(arguments, in: folder)
    }
    return outcome
  }

  private static let environment = [
    "a.cfg": """
    global
      setenv APP_HOST 10.0.0.1
    backend b
      balance source
      hash-type consistent
      server s1 "${APP_HOST}:80"
      server s2 "${CHASH_TEST_OTHER-10.0.0.2}:80"

    """
  ]

  @Test func theEnvironmentIsUsedAndNamed() async throws {
    let plain = try await Self.run(Self.environment, "inspect", "a.cfg")
    #expect(plain.status == 0 && plain.errors.isEmpty)
    #expect(plain.output.contains("{ id: s1, address: 10.0.0.1:80 }"))
    #expect(plain.output.contains("{ id: s2, address: 10.0.0.2:80 }"))
    #expect(
      plain.output.contains(
        "# CHASH_TEST_OTHER is not set here, so what the configuration says for that case counts; "
          + "--define NAME=VALUE says otherwise.\n"))
    let lookup = try await Self.run(Self.environment, "lookup", "a.cfg", "192.0.2.1")
    #expect(
      lookup.errors
        == "chash: a.cfg:3: note: CHASH_TEST_OTHER is not set here, so what the configuration says for "
        + "that case counts; --define NAME=VALUE says otherwise\n")
    for option in [["--define", "CHASH_TEST_OTHER=10.0.0.7"], ["--undefine", "CHASH_TEST_OTHER"]] {
      let told = try await Self.run(Self.environment, "inspect", "a.cfg", option[0], option[1])
      #expect(told.output.contains(option[0] == "--define" ? "10.0.0.7:80" : "10.0.0.2:80"))
      #expect(!told.output.contains("not set here"))
    }
    try await Folder.with(Self.environment) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.shell(
        "export CHASH_TEST_OTHER=10.0.0.8; \"$CHASH\" inspect a.cfg; \"$CHASH\" lookup a.cfg 192.0.2.1",
        in: folder)
      #expect(outcome.output.contains("{ id: s2, address: 10.0.0.8:80 }"))
      #expect(outcome.errors.contains("it takes CHASH_TEST_OTHER; --define NAME=VALUE"))
    }
  }

  private static let conditions = [
    "a.cfg": """
    defaults
      balance source
    .if defined(CHASH_TEST_LOCAL)
    backend a
      server s1 10.0.0.1:80
    .else
    backend a
      server s1 10.0.0.1:80
      server s2 10.0.0.2:80
    .endif
    backend b
      server s1 10.0.0.1:80
    .if version_atleast(2.4) && feature(OPENSSL)
      server s2 10.0.0.2:80
    .endif

    """
  ]

  @Test func anUndecidedConditionIsNamedWithAWayToDecideIt() async throws {
    let a = try await Self.run(Self.conditions, "lookup", "a.cfg#a", "192.0.2.1")
    #expect(
      a
        == .init(
          1,
          errors:
            "Error: a.cfg:3: backend 'a' stands in a condition: '.if defined(CHASH_TEST_LOCAL)' "
            + "cannot be decided here; give --define CHASH_TEST_LOCAL=VALUE or --undefine "
            + "CHASH_TEST_LOCAL\n"))
    let b = try await Self.run(Self.conditions, "lookup", "a.cfg#b", "192.0.2.1")
    #expect(b.status == 1)
    #expect(
      b.errors.hasSuffix(
        "cannot be decided here; give --define version=2.6.12, and give --define "
          + "'feature(OPENSSL)=yes' or =no\n"), "\(b)")
    let listed = try await Self.run(Self.conditions, "inspect", "a.cfg")
    #expect(listed.status == 0)
    #expect(
      listed.output.contains("# a.cfg:4: backend a: in a condition that cannot be decided here"))
    #expect(listed.output.components(separatedBy: "# No document: ").count == 4)
  }

  @Test func definitionsDecide() async throws {
    let local = try await Self.run(
      Self.conditions, "inspect", "a.cfg#a", "--define", "CHASH_TEST_LOCAL=")
    #expect(local.status == 0 && !local.output.contains("s2"))
    let remote = try await Self.run(
      Self.conditions, "inspect", "a.cfg#a", "--undefine", "CHASH_TEST_LOCAL")
    #expect(remote.status == 0 && remote.output.contains("s2"))
    for (answer, hasTwo) in [("yes", true), ("no", false)] {
      let b = try await Self.run(
        Self.conditions, "inspect", "a.cfg#b", "--define", "version=2.6", "--define",
        "feature(OPENSSL)=\(answer)")
      #expect(b.status == 0 && b.output.contains("s2") == hasTwo, "\(b)")
    }
  }

  @Test(arguments: [
    ["--define", "A"], ["--define", "=x"], ["--define", "version=new"],
    ["--define", "feature(X)=maybe"], ["--define", "A=1", "--undefine", "A"],
    ["--define", "A=1", "--define", "A=2"], ["--root", "no-such-folder"],
  ])
  func mistakesInOptionsAreMistakesOfUsage(_ options: [String]) async throws {
    try await Folder.with(Self.conditions) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(["lookup", "a.cfg#a", "key"] + options, in: folder)
      #expect(outcome.status == 64 && outcome.output.isEmpty, "\(outcome)")
    }
  }

  private static let names = [
    "a.conf": """
    upstream m { hash $arg_k; server app-a.test:81; server app-b.test:82; }

    """,
    "hosts": "# of the test\n10.0.0.1 app-a.test other\n::1 app-a.test # second\n",
    "dig": "app-b.test. 30 IN CNAME b.test.\nb.test.\t30\tIN\tA\t10.0.0.2\n\n;; Query time\n",
  ]

  @Test func namesAreResolvedOnRequest() async throws {
    var files = Self.names
    files["all"] = Self.names["hosts", default: ""] + Self.names["dig", default: ""]
    let plain = try await Self.run(files, "lookup", "a.conf", "k")
    #expect(plain.status == 0)
    #expect(
      plain.errors.contains("(app-a.test, app-b.test)") && plain.errors.contains("--resolve FILE"))
    #expect(plain.errors.split(separator: "\n").count == 1)
    let resolved = try await Self.run(files, "inspect", "a.conf", "--resolve", "all")
    #expect(
      resolved.output.hasSuffix(
        "nodes:\n  - { address: 10.0.0.1:81 }\n  - { address: \"[::1]:81\" }\n"
          + "  - { address: 10.0.0.2:82 }\n"), "\(resolved)")
    let missing = try await Self.run(files, "lookup", "a.conf", "k", "--resolve", "hosts")
    #expect(
      missing
        == .init(
          1,
          errors:
            "Error: a.conf:1: host not found in upstream 'app-b.test:82'; hosts has no address of "
            + "it\n"))
    files["bad"] = "10.0.0.1 a\nnonsense\n"
    let bad = try await Self.run(files, "lookup", "a.conf", "k", "--resolve", "bad")
    #expect(
      bad.status == 1 && bad.errors.hasPrefix("Error: bad:2: is not an address with its names"))
  }

  @Test func thisMachineIsAskedOnRequest() async throws {
    let text = "upstream m { hash $uri; server localhost:81; server 10.0.0.2; }\n"
    let outcome = try await Self.run(["a.conf": text], "inspect", "a.conf", "--resolve", "system")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("127.0.0.1:81") || outcome.output.contains("[::1]:81"))
    #expect(!outcome.output.contains("localhost"))
  }

  private static let templates = [
    "a.cfg": """
    backend app
      balance source
      server-template web 4 app.test:80 check resolvers dns init-addr none
    backend srv
      balance source
      server-template web 2 _app._tcp.app.test resolvers dns

    """,
    "hosts": "10.0.0.1 app.test\n10.0.0.2 app.test\n",
  ]

  /// Slots without an address are down.
  @Test func slotsOfTemplatesHaveTheAddressesOfTheName() async throws {
    let plain = try await Self.run(Self.templates, "lookup", "a.cfg#app", "192.0.2.1")
    #expect(plain.status == 0 && plain.errors.contains("the answer depends on DNS"))
    #expect(plain.errors.contains("(app.test)") && plain.errors.contains("--resolve FILE"))
    let resolved = try await Self.run(
      Self.templates, "inspect", "a.cfg#app", "--resolve", "hosts")
    let nodes = resolved.output.split(separator: "\n").filter { $0.contains("id: web") }
    #expect(nodes.map { $0.contains("state: down") } == [false, false, true, true])
    #expect(nodes[0].contains("10.0.0.1:80") && nodes[1].contains("10.0.0.2:80"))
    let repeated = Self.templates["a.cfg", default: ""].replacing(
      "init-addr none", with: "init-addr none resolve-opts allow-dup-ip")
    let all = try await Self.run(
      ["a.cfg": repeated, "hosts": Self.templates["hosts", default: ""]], "inspect", "a.cfg#app",
      "--resolve", "hosts")
    #expect(!all.output.contains("state: down") && all.output.contains("repeatedAddresses"))
    let srv = try await Self.run(Self.templates, "lookup", "a.cfg#srv", "192.0.2.1")
    #expect(srv.errors.contains("depends on DNS (_app._tcp.app.test)"))
    #expect(srv.errors.contains("--resolve FILE gives SRV records"))
  }

  /// HAProxy 2.6.12 had four of six servers, with the weights 0, 1, 1 and 3 in another order, for records of
  /// 1, 3, 0 and 700, whose priority was another one.
  @Test func slotsOfTemplatesHaveTheRecordsOfTheService() async throws {
    var files = Self.templates
    files["a.cfg"] = Self.templates["a.cfg", default: ""].replacing(
      "server-template web 2 _", with: "hash-type consistent\n  server-template web 6 _")
    files["dig"] = ["10 1", "10 3", "10 0", "20 700"]
      .map { "_app._tcp.app.test. 30 IN SRV \($0) 8080 App.test.\n" }.joined()
    let resolved = try await Self.run(files, "inspect", "a.cfg#srv", "--resolve", "dig")
    let nodes = resolved.output.split(separator: "\n").filter { $0.contains("id: web") }
    #expect(nodes.map { $0.contains("state: down") } == [false, false, false, false, true, true])
    #expect(nodes[2].contains("weight: 0") && nodes[3].contains("weight: 3"))
    #expect(!nodes[0].contains("weight") && !nodes[1].contains("weight"))
    #expect(resolved.output.contains("HAProxy decides which server takes which record"))
    // Without weights that change while HAProxy runs, only 0 counts.
    files["a.cfg"] = files["a.cfg", default: ""].replacing("consistent", with: "map-based")
    let fixed = try await Self.run(files, "inspect", "a.cfg#srv", "--resolve", "dig")
    let weights = fixed.output.split(separator: "\n").filter { $0.contains("id: web") }
      .map { $0.contains("weight: 0") ? 0 : $0.contains("weight") ? -1 : 1 }
    #expect(weights == [1, 1, 0, 1, 1, 1])
  }

  private static let services = [
    "a.conf": """
    http {
      resolver 127.0.0.1;
      upstream u {
        zone u 64k;
        hash $arg_k consistent;
        server shop.test service=http resolve;
      }
    }

    """,
    "dig": """
    _http._tcp.shop.test. 30 IN CNAME _web._tcp.shop.test.
    _web._tcp.shop.test. 30 IN SRV 10 5 8080 B.test.
    _web._tcp.shop.test. 30 IN SRV 10 1 8081 a.test.
    a.test. 30 IN A 10.0.0.1

    """,
  ]

  @Test func servicesHaveTheirTargetsOnRequest() async throws {
    let plain = try await Self.run(Self.services, "lookup", "a.conf#u", "k")
    #expect(plain.errors.contains("targets of SRV records (_http._tcp.shop.test)"))
    let resolved = try await Self.run(
      Self.services, "inspect", "a.conf#u", "--resolve", "dig")
    let nodes = resolved.output.split(separator: "\n").filter { $0.contains("address: ") }
    #expect(nodes.count == 2)
    #expect(nodes[0].contains("address: b.test") && nodes[0].contains("weight: 5"))
    #expect(nodes[1].contains("address: a.test") && !nodes[1].contains("weight"))
    #expect(nodes[0].contains("srv-port: 8080") && nodes[1].contains("srv-port: 8081"))
    var files = Self.services
    files["a.log"] = "k 10.0.0.1:8081\n"
    let log = try await Self.run(
      files, "verify", "a.conf#u", "--log", "a.log", "--log-format", "$arg_k $upstream_addr",
      "--resolve", "dig", "--format", "json")
    #expect(log.output.contains("\"unknownServer\": 0"), "\(log)")
    files["dig"] = "other.test. 30 IN A 10.0.0.1\n"
    let none = try await Self.run(files, "lookup", "a.conf#u", "k", "--resolve", "dig")
    #expect(
      none.status == 1
        && none.errors.contains("a.conf:3: DNS knows no server of upstream 'u'; dig has no records")
    )
    files["dig"] = "_http._tcp.shop.test. 30 IN SRV 10 x 8080 b.test.\n"
    let bad = try await Self.run(files, "lookup", "a.conf#u", "k", "--resolve", "dig")
    #expect(bad.status == 1 && bad.errors.hasPrefix("Error: dig:1: "))
  }
}
