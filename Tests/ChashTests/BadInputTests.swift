import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

/// Each mistake has one line that says what, where and what to do.
@Suite struct BadInputTests {
  struct Mistake: Sendable {
    let document: String
    let message: String
    var arguments = ["lookup", "c.yaml", "key"]

    init(_ document: String, _ message: String, _ arguments: [String]? = nil) {
      self.document = document
      self.message = message
      if let arguments { self.arguments = arguments }
    }
  }

  static let generate = ["generate", "nginx", "c.yaml"]
  static let stream = generate + ["--context", "stream"]
  static let nginx = "algorithm: nginx\nkey: remote-addr\nnodes:\n  - "

  static let mistakes: [Mistake] = [
    Mistake("", "c.yaml: the document is empty; write at least 'nodes:' with one address"),
    Mistake("nodes: []\n", "c.yaml:1:1: the cluster has no nodes; add a node"),
    Mistake(
      "name: n\nnodes: [{address: a:1, weight: 0}, {address: b:1, state: down}]",
      "c.yaml:2:1: no node of 'n' has a weight and is up; set one to state up and weight 1"),
    Mistake(
      "algorithm: ketamaa\nnodes: [a:1]",
      "c.yaml:1:12: there is no algorithm 'ketamaa'; "
        + "use one of \(RuleCatalogue.all.map(\.name).joined(separator: ", "))"),
    Mistake(
      "nodes: [{address: a:1, weight: 1e9}]",
      "c.yaml:1:1: ketama takes about 2240.0 GB of memory for 1 node with weights up to 1000000000, "
        + "and 2.0 GB are allowed; lower the weights or list fewer nodes"),
    Mistake(
      "algorithm: nginx\nnodes: [{address: a:1, weight: 1e9}]",
      "c.yaml:2:1: nginx takes about 4320.0 GB of memory for 1 node with weights up to 1000000000, "
        + "and 2.0 GB are allowed; lower the weights or list fewer nodes"),
    Mistake(
      "algorithm: jump\nnodes: [{address: a:1, weight: 1e9}]",
      "c.yaml:2:9: jump would need 1000000000 slots for 'a:1'; "
        + "lower the weights; at most 16777216 slots are kept"),
    Mistake(
      "algorithm: jump\nnodes: [{address: a:1, weight: 0.5}]",
      "c.yaml:2:9: node 'a:1' has the weight 0.5, but jump's weights are whole numbers of slots; "
        + "multiply all weights until they are whole"),
    Mistake(
      "algorithm: nginx\nnodes: [{address: a:1, weight: 0.5}]",
      "c.yaml:2:9: node 'a:1' has the weight 0.5, but nginx takes whole weights; "
        + "multiply all weights until they are whole"),
    Mistake(
      "options: {foo: 1}\nnodes: [a:1]",
      "c.yaml:1:16: ketama has no option 'foo'; it takes virtual-nodes, seed"),
    Mistake(
      "options: {virtual-nodes: 99999999999999999999}\nnodes: [a:1]",
      "c.yaml:1:26: the option virtual-nodes of ketama cannot be '99999999999999999999'; "
        + "use 1 to 1000000"),
    Mistake(
      "algorithm: maglev\noptions: { table-size: 100 }\nnodes: [a:1]",
      "c.yaml:2:24: the table size 100 is not a prime from 2 to 5000011; use 101"),
    Mistake(
      "algorithm: maglev\noptions: { table-size: 2 }\nnodes: [a:1, b:1, c:1]",
      "c.yaml:2:24: the table size 2 is smaller than the number of nodes, 3; use 307 or more"),
    Mistake(
      "algorithm: jump\noptions: { slots: 1 }\nnodes: [a:1, b:1]",
      "c.yaml:2:19: the number of slots is 1, but slot 1 is owned; give from 2 to 16777216 slots"),
    // Writing for nginx.
    Mistake(
      nginx + "'10.0.0.1'",
      "c.yaml:4:5: the address '10.0.0.1' has no port, which nginx requires in a stream; "
        + "write 10.0.0.1:PORT", stream),
    Mistake(
      nginx + "'[::1]'",
      "c.yaml:4:5: the address '[::1]' has no port, which nginx requires in a stream; "
        + "write [::1]:PORT", stream),
    Mistake(
      "algorithm: nginx\nkey: 'arg:a$b'\nnodes: [a:1]",
      "c.yaml:2:6: nginx has no variable for the argument 'a$b'; "
        + "rename the argument; names in variables have letters, digits and '_' only", generate),
    Mistake(
      "algorithm: nginx\nkey: cookie:a\nnodes: [a:1]",
      "c.yaml:2:6: a stream has no cookie:a, only connections; "
        + "use remote-addr, proxy-protocol-addr or sni, or write the upstream for http", stream),
    Mistake(
      "algorithm: ketama\nkey: uri\nnodes: [a:1]",
      "c.yaml:1:12: nginx does not place keys by 'ketama'; "
        + "use one of nginx, nginx-hash, nginx-ip-hash, nginx-split-clients; "
        + "nginx is its 'hash KEY consistent'; or write it with the engine lua", generate),
    Mistake(
      "name: 'a;b'\n" + nginx + "a:1",
      "c.yaml:1:7: 'a;b' cannot name an upstream; "
        + "use letters, digits, '_', '.' and '-', at most 253, and do not begin with '.' or '-'",
      generate),
    // Events.
    Mistake(
      "nodes: [a:1, b:1]", "c.yaml: no node has the id 'x'; use one of a:1, b:1",
      ["remap", "c.yaml", "--remove", "x"]),
    Mistake(
      "nodes: [a:1]", "c.yaml: after the event: the cluster has no nodes; add a node",
      ["remap", "c.yaml", "--remove", "a:1"]),
    Mistake(
      "name: n\nnodes: [a:1]",
      "c.yaml: after the event: no node of 'n' has a weight and is up; "
        + "set one to state up and weight 1", ["remap", "c.yaml", "--down", "a:1"]),
    Mistake(
      "nodes: [a:1]",
      "c.yaml: after the event: node 'b' has the weight inf; "
        + "a weight is 0 (drained) or a number from 0.000001 to 1000000000",
      ["remap", "c.yaml", "--add", "b=b:1*inf"]),
    Mistake(
      "nodes: [a:1]",
      "c.yaml: after the event: nodes 'a:1' and 'b' have the same address 'a:1'; "
        + "list each address once; to give it a larger share, raise its weight",
      ["remap", "c.yaml", "--add", "b=a:1"]),
    // Files.
    Mistake(
      "", "missing: cannot be read: No such file or directory; check the path",
      ["lookup", "missing", "k"]),
    Mistake(
      "", "c.yaml/x: cannot be read: Not a directory; check the path", ["balance", "c.yaml/x"]),
    Mistake(
      "", "/: is a folder without nginx.conf, *.conf or *.cfg; name a file", ["balance", "/"]),
    Mistake("", "'': cannot be read: No such file or directory; check the path", ["balance", ""]),
    Mistake(
      "nodes: [a:1]", "missing: cannot be read: No such file or directory; check the path",
      ["lookup", "c.yaml", "--keys", "missing"]),
    Mistake(
      "nodes: [a:1]", "missing: cannot be read: No such file or directory; check the path",
      ["remap", "c.yaml", "--to", "missing"]),
    Mistake(
      "nodes: [a:1]", ".: is a folder without nginx.conf, *.conf or *.cfg; name a file",
      ["lookup", ".", "k"]),
  ]

  @Test func everyMistakeIsReportedOnOneLine() async throws {
    try await Folder.with { (folder: Folder) async throws in
      var wrong: [String] = []
      for mistake in Self.mistakes {
        try folder.write("c.yaml", mistake.document)
        let outcome = try await ChashProgram.run(mistake.arguments, in: folder)
        if outcome != .init(1, errors: "Error: \(mistake.message)\n") {
          wrong.append("\(mistake.arguments)\n\(outcome)expected \(mistake.message)")
        }
      }
      #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n\n"))")
    }
  }

  /// A mistake of the command line ends with 64 and shows how the command is used.
  @Test func misuseEndsWith64() async throws {
    let cases: [(arguments: [String], message: String)] = [
      (["lookup"], "Missing expected argument '<cluster>'"),
      (["lookup", "sessions.yaml"], "Give keys as arguments, or a file of them with --keys."),
      (["lookup", "sessions.yaml", "k", "--preference", "0"], "--preference counts from 1."),
      (
        ["lookup", "sessions.yaml", "k", "--preference", "99999999999999999999"],
        "The value '99999999999999999999' is invalid for '--preference <number>'"
      ),
      (
        ["lookup", "sessions.yaml", "k", "--format", "xml"],
        "The value 'xml' is invalid for '--format <format>'."
      ),
      (
        ["balance", "sessions.yaml", "--algorithm", "foo"],
        "The value 'foo' is invalid for '--algorithm <name>': 'chash algorithms' lists the names\n"
      ),
      (
        ["balance", "sessions.yaml", "--algorithm", "maglv"],
        "The value 'maglv' is invalid for '--algorithm <name>': did you mean maglev? "
          + "'chash algorithms' lists the names\n"
      ),
      (
        ["remap", "sessions.yaml", "--to-algorithm", "katama"],
        "The value 'katama' is invalid for '--to-algorithm <name>': did you mean ketama"
      ),
      (
        ["algorithms", "rendezvouz"],
        "The value 'rendezvouz' is invalid for '<name>': did you mean rendezvous"
      ),
      (
        ["remap", "sessions.yaml", "--down", "a", "--up", "a"],
        "--up and --down both name 'a'; give one of them."
      ),
      (
        ["remap", "sessions.yaml", "--drain", "a", "--remove", "a"],
        "--remove and --drain both name 'a'; give one of them."
      ),
      (
        ["remap", "sessions.yaml", "--weight", "a=2", "--remove", "a"],
        "--remove and --weight both name 'a'; give one of them."
      ),
      (
        ["remap", "sessions.yaml", "--replace", "a=b:1", "--remove", "a"],
        "--remove and --replace both name 'a'; give one of them."
      ),
      (
        ["remap", "sessions.yaml", "--add", "a=b:1", "--add", "a=c:1"],
        "--add names 'a' twice; give it once."
      ),
      (
        ["remap", "sessions.yaml", "--weight", "a=1", "--weight", "a=2"],
        "--weight names 'a' twice; give it once."
      ),
      (
        ["remap", "sessions.yaml", "--down", "a", "--down", "a"],
        "--down names 'a' twice; give it once."
      ),
      (
        ["remap", "sessions.yaml", "--to", "x", "--to-algorithm", "maglev"],
        "--to names the whole cluster after the event; give no other changes."
      ),
      (["lookup", "sessions.yaml", "--keys", "k", "--field", "0"], "--field counts from 1."),
      (["lookup", "sessions.yaml", "k", "--field", "1"], "--field needs --keys."),
      (["lookup", "sessions.yaml", "k", "--distinct"], "--distinct needs --keys."),
      (
        ["lookup", "sessions.yaml", "--keys", "k", "--field", "1", "--value", "x"],
        "--field and --value both say where the key is; give one of them."
      ),
      (
        ["lookup", "sessions.yaml", "--keys", "k", "--raw", "--log-format", "csv"],
        "--raw has no --log-format; give one of them."
      ),
      (
        ["lookup", "-", "--keys", "-"],
        "The cluster and the keys cannot both come from standard input."
      ),
      (["remap", "sessions.yaml"], "Say what happens: "),
      (
        ["remap", "sessions.yaml", "--to", "x", "--remove", "y"],
        "--to names the whole cluster after the event; give no other changes."
      ),
      (["remap", "sessions.yaml", "--add", "=x"], "The value '=x' is invalid for '--add "),
      (
        ["remap", "sessions.yaml", "--add", "x=a:1*y"], "The value 'x=a:1*y' is invalid for '--add "
      ),
      (["remap", "sessions.yaml", "--weight", "a"], "The value 'a' is invalid for '--weight "),
      (["remap", "-", "--to", "-"], "Only one input can come from standard input."),
      (
        ["remap", "sessions.yaml", "--remove", "a", "--list-moved", "-"],
        "--list-moved needs a file; standard output holds the report."
      ),
      (
        ["balance", "sessions.yaml", "--samples", "0"],
        "--samples is a number from 1 to 1000000000."
      ),
      (
        ["generate", "nginx", "sessions.yaml", "--keepalive", "0"],
        "--keepalive is a number from 1 to 65535."
      ),
      (
        ["generate", "nginx", "sessions.yaml", "--keepalive", "1", "--context", "stream"],
        "--keepalive is for http; nginx keeps no connections in stream."
      ),
      (
        ["generate", "nginx", "sessions.yaml", "--output", ""], "--output needs the name of a file."
      ),
      (["generate", "apache"], "Unexpected argument 'apache'"),
    ]
    try await Folder.with { (folder: Folder) async throws in
      var wrong: [String] = []
      for (arguments, message) in cases {
        let outcome = try await ChashProgram.run(arguments, in: folder)
        let isTold =
          outcome.errors.hasPrefix("Error: \(message)")
          && outcome.errors.contains("\nUsage: chash \(arguments[0])")
        if outcome.status != 64 || !outcome.output.isEmpty || !isTold {
          wrong.append("\(arguments)\n\(outcome)")
        }
      }
      #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n\n"))")
    }
  }

  /// Strange but good: each has an answer.
  @Test func strangeDocumentsHaveAnswers() async throws {
    let documents: [(name: String, text: String, node: String)] = [
      ("one node", "nodes: [a:1]", "a:1"),
      ("a node of weight 0", "nodes: [{address: a:1, weight: 0}, b:1]", "b:1"),
      ("a drained node", "nodes: [{address: a:1, state: drain}, b:1]", "b:1"),
      ("the smallest weight", "nodes: [{address: a:1, weight: 0.000001}]", "a:1"),
      ("IPv6", "nodes: ['[2001:db8::1]:80']", "[2001:db8::1]:80"),
      ("a socket", "nodes: ['unix:/run/a.sock']", "unix:/run/a.sock"),
      ("punctuation", "nodes: [{id: '\";{}#$', address: a:1}]", "\";{}#$"),
      (
        "a long id", "nodes: [{id: \(String(repeating: "x", count: 9000)), address: a:1}]",
        String(repeating: "x", count: 9000)
      ),
      ("the smallest table", "algorithm: maglev\noptions: {table-size: 2}\nnodes: [a:1]", "a:1"),
      ("a vacant slot", "algorithm: jump\noptions: {slots: 9}\nnodes: [a:1]", "a:1"),
      ("only the last slot", "algorithm: jump\nnodes: [{address: a:1, slots: [999]}]", "a:1"),
    ]
    try await Folder.with { (folder: Folder) async throws in
      var wrong: [String] = []
      for (name, text, node) in documents {
        try folder.write("c.yaml", text)
        let outcome = try await ChashProgram.run(
          ["lookup", "c.yaml", "key", "--format", "tsv"], in: folder)
        if outcome.status != 0 || !outcome.errors.isEmpty
          || !outcome.output.hasPrefix("key\t\(node)\t")
        {
          wrong.append("\(name): \(outcome)")
        }
      }
      #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n\n"))")
    }
  }
}
