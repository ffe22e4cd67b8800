import ClusterDocument
import ConsistentHashing
import Testing

/// Every mistake has its line, its column and a remedy.
@Suite struct DocumentErrorTests {
  struct Case: Sendable {
    let text: String
    let message: String

    init(_ text: String, _ message: String) {
      self.text = text
      self.message = message
    }
  }

  static let weights = "a weight is 0 (drained) or a number from 0.000001 to 1000000000"
  static let nodeFields = "its fields are id, address, weight, zone, state, slots, properties"
  static let documentFields =
    "its fields are name, algorithm, key, session, options, nodes, slots, properties, repeatedAddresses, version"
  static let alias =
    "this is an alias, and cluster documents have no aliases; write the value itself"
  static let empty = "c.yaml: the document is empty; write at least 'nodes:' with one address"

  static let cases: [Case] = [
    // The document.
    Case("", empty), Case("# nothing\n", empty), Case("---\n", empty), Case("~", empty),
    Case("\u{FEFF}", empty),
    Case("- a", "c.yaml:1:1: the document is not a list of fields; write 'field: value'"),
    Case("text", "c.yaml:1:1: the document is not a list of fields; write 'field: value'"),
    Case(
      "name: x",
      "c.yaml:1:1: the document has no 'nodes'; list them: nodes: [{ address: host:port }]"),
    Case(
      "nodes: [a:1]\n---\nnodes: [b:1]\n",
      "c.yaml:2:1: a second document begins here; keep one cluster in each file"),
    Case(
      "nmae: x\nnodes: [a:1]",
      "c.yaml:1:1: the document has an unknown field 'nmae'; \(documentFields)"),
    Case("name: a\nname: b\n", "c.yaml:2:1: the document has the field 'name' twice; keep one"),
    Case(
      "? [a]\n: b\n",
      "c.yaml:1:3: the document has a field whose name is not a text; use a plain name"),
    // Values.
    Case("name:\n", "c.yaml:1:6: name has no value; give it one, or leave it out"),
    Case(
      "name: ~\n",
      "c.yaml:1:7: name has no value; put it in quotes if it is a text, or leave it out"),
    Case("name: [x]\n", "c.yaml:1:7: name is not a single value; write one text or number"),
    Case(
      "name: \"\"\nnodes: [a:1]",
      "c.yaml:1:7: the cluster name '' is empty or has control characters; give it a printable name"
    ),
    Case(
      "key: cookie\n",
      "c.yaml:1:6: 'cookie' is not a key source; "
        + "write \(KeySource.forms)"),
    Case("options: 4", "c.yaml:1:10: options is not a list of fields; write 'field: value'"),
    Case(
      "options:\n  seed: 1\n  seed: 2\n",
      "c.yaml:3:3: options has the field 'seed' twice; keep one"),
    Case(
      "options:\n  seed: [1]\n",
      "c.yaml:2:9: the option 'seed' is not a single value; write one text or number"),
    Case("nodes: *x", "c.yaml:1:8: \(alias)"),
    Case("name: *x", "c.yaml:1:7: \(alias)"),
    Case("nodes:\n - &a a:1\n - *a\n", "c.yaml:3:4: \(alias)"),
    Case("nodes:\n - {address: *a}\n", "c.yaml:2:14: \(alias)"),
    Case("*a", "c.yaml:1:1: \(alias)"),
    // Nodes.
    Case("nodes:\n", "c.yaml:1:7: 'nodes' is not a list; start each node with '- '"),
    Case("nodes: {a: b}", "c.yaml:1:8: 'nodes' is not a list; start each node with '- '"),
    Case("name: x\nnodes: []", "c.yaml:2:1: the cluster has no nodes; add a node"),
    Case("nodes:\n  -\n", "c.yaml:2:4: node 1 has no value; give it one, or leave it out"),
    Case("nodes: [[a:1]]", "c.yaml:1:9: node 1 is not a list of fields; write 'field: value'"),
    Case("nodes: [{id: x}]", "c.yaml:1:9: node 1 has no address; write { address: host:port }"),
    Case(
      "nodes:\n  - a:1\n  - address: b:1\n    wieght: 2\n",
      "c.yaml:4:5: node 2 has an unknown field 'wieght'; \(nodeFields)"),
    Case(
      "nodes:\n  - <<: {a: b}\n", "c.yaml:2:5: node 1 has an unknown field '<<'; \(nodeFields)"),
    Case(
      "nodes:\n  - address: b:1\n    address: c:1\n",
      "c.yaml:3:5: node 1 has the field 'address' twice; keep one"),
    Case(
      "nodes:\n  - {id: a, address: a:1}\n  - {id: a, address: b:1}\n",
      "c.yaml:3:5: nodes 1 and 2 have the same id 'a'; give each node an id of its own"),
    Case(
      "nodes:\n  - {id: a, address: a:1}\n  - {id: b, address: a:1}\n",
      "c.yaml:3:5: nodes 'a' and 'b' have the same address 'a:1'; "
        + "list each address once; to give it a larger share, raise its weight"),
    // Weights.
    Case(
      "nodes: [{address: a:1, weight: -1}]",
      "c.yaml:1:9: node 'a:1' has the weight -1.0; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: NaN}]",
      "c.yaml:1:9: node 'a:1' has the weight nan; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: inf}]",
      "c.yaml:1:9: node 'a:1' has the weight inf; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: 1e308}]",
      "c.yaml:1:9: node 'a:1' has the weight 1e+308; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: 1e400}]",
      "c.yaml:1:9: node 'a:1' has the weight inf; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: 1e-7}]",
      "c.yaml:1:9: node 'a:1' has the weight 1e-07; \(weights)"),
    Case(
      "nodes: [{address: a:1, weight: .inf}]",
      "c.yaml:1:32: the weight '.inf' of node 1 is not a number; write 1, 2 or 0.5"),
    Case(
      "nodes: [{address: a:1, weight: two}]",
      "c.yaml:1:32: the weight 'two' of node 1 is not a number; write 1, 2 or 0.5"),
    Case(
      "nodes: [{address: a:1, weight: }]",
      "c.yaml:1:32: the weight of node 1 has no value; give it one, or leave it out"),
    // Identities.
    Case(
      "nodes: [{id: '', address: a:1}]",
      "c.yaml:1:9: node 1 has an empty id; use printable characters"),
    Case(
      #"nodes: [{id: "a\nb", address: a:1}]"#,
      #"c.yaml:1:9: the id 'a\nb' has control characters; use printable characters"#),
    Case(
      #"nodes: [{id: "a\0b", address: a:1}]"#,
      #"c.yaml:1:9: the id 'a\u{0}b' has control characters; use printable characters"#),
    Case(
      #"nodes: [{id: "\L", address: a:1}]"#,
      #"c.yaml:1:9: the id '\u{2028}' has control characters; use printable characters"#),
    Case(
      "nodes: [{id: [a], address: a:1}]",
      "c.yaml:1:14: the id of node 1 is not a single value; write one text or number"),
    // Addresses.
    Case("nodes: ['']", "c.yaml:1:9: the address is empty; write host:port"),
    Case(
      "nodes: [{id: x, address: ''}]", "c.yaml:1:9: the address is empty; write host:port"),
    Case(
      "nodes: ['::1']",
      "c.yaml:1:9: the address '::1' has more than one colon; put an IPv6 address in brackets: [::1]:8080"
    ),
    Case(
      "nodes: ['[::1']", "c.yaml:1:9: the address '[::1' has no closing bracket; write [::1]:8080"),
    Case("nodes: ['[::g]:80']", "c.yaml:1:9: '::g' is not an IPv6 address; write [::1]:8080"),
    Case(
      "nodes: ['unix:run']",
      "c.yaml:1:9: the socket path 'run' is not absolute; write unix:/run/app.sock"),
    Case(
      "nodes: ['a b:80']",
      "c.yaml:1:9: the address 'a b:80' contains a space; addresses have no spaces or control characters"
    ),
    Case(
      "nodes: ['h:65536']",
      "c.yaml:1:9: the address 'h:65536' has the port '65536'; a port is a whole number from 1 to 65535"
    ),
    // States, zones and slots.
    Case(
      "nodes: [{address: a:1, state: dwon}]",
      "c.yaml:1:31: node 1 has the unknown state 'dwon'; write one of up, down, drain"),
    Case(
      "nodes: [{address: a:1, zone: ''}]",
      "c.yaml:1:9: the zone of node 'a:1' is empty or has control characters; "
        + "leave it out or give it a printable name"),
    Case(
      "nodes: [{address: a:1, slots: 4}]",
      "c.yaml:1:31: the slots of node 1 are not a list; write slots: [0, 5]"),
    Case(
      "nodes: [{address: a:1, slots: []}]",
      "c.yaml:1:31: node 1 has an empty list of slots; write slots: [0, 5]"),
    Case(
      "nodes: [{address: a:1, slots: [0, 99999999999999999999]}]",
      "c.yaml:1:35: the slot '99999999999999999999' of node 1 is not a whole number; write slots: [0, 5]"
    ),
    Case(
      "nodes: [{address: a:1, slots: [0, 0]}]",
      "c.yaml:1:9: node 'a:1' has the slot 0 twice; give each slot once"),
    Case(
      "nodes: [{address: a:1, slots: [0]}, {address: b:1, slots: [0]}]",
      "c.yaml:1:37: slot 0 belongs to both 'a:1' and 'b:1'; give each slot to one node"),
    Case(
      "nodes: [{address: a:1, slots: [-1]}]",
      "c.yaml:1:9: node 'a:1' has the slot -1; slots are from 0 to 16777215"),
    Case(
      "nodes: [{address: a:1, slots: [], weight: 1}]",
      "c.yaml:1:31: node 1 has an empty list of slots; write slots: [0, 5]"),
    Case(
      "nodes: [{address: a:1, weight: 3, slots: [0, 1]}]",
      "c.yaml:1:9: node 'a:1' has 2 slots but the weight 3.0; "
        + "leave the weight out: the number of slots is the weight"),
    Case(
      "nodes: [{address: a:1, slots: [0]}, b:1]",
      "c.yaml:1:37: node 'b:1' has no slots, but others have; give every node its slots, or none"),
    Case(
      "slots: x\nnodes: [a:1]",
      "c.yaml:1:8: the number of slots 'x' is not a whole number; write slots: 9"),
    Case(
      "slots: 1\nnodes: [a:1, b:1]",
      "c.yaml:1:8: the number of slots is 1, but slot 1 is owned; give from 2 to 16777216 slots"),
    Case(
      "slots: 3\noptions: {slots: 4}\nnodes: [a:1, b:1]",
      "c.yaml:2:18: the number of slots is given twice; keep the one beside the nodes: slots: 9"),
    Case(
      "nodes: [{address: a:1, slots: [16777216]}]",
      "c.yaml:1:9: node 'a:1' has the slot 16777216; slots are from 0 to 16777215"),
    Case(
      "slots: 16777217\nnodes: [a:1]",
      "c.yaml:1:8: the number of slots is 16777217, but slot 0 is owned; "
        + "give from 1 to 16777216 slots"),
    // Properties.
    Case(
      "properties: 4", "c.yaml:1:13: 'properties' is not a list of fields; write 'field: value'"),
    Case(
      "properties: {a: [b]}",
      "c.yaml:1:17: the property 'a' is not a single value; write one text or number"),
    Case(
      "properties: {a: b, a: c}", "c.yaml:1:20: 'properties' has the field 'a' twice; keep one"),
    Case(
      "nodes: [{address: a:1, properties: [b]}]",
      "c.yaml:1:36: 'properties' of node 1 is not a list of fields; write 'field: value'"),
    Case(
      "nodes: [{address: a:1, properties: {b: }}]",
      "c.yaml:1:40: the property 'b' of node 1 has no value; give it one, or leave it out"),
    Case(
      "nodes: [{address: a:1, properties: {b: 1, b: 2}}]",
      "c.yaml:1:43: 'properties' of node 1 has the field 'b' twice; keep one"),
    // Versions and repeated addresses.
    Case(
      "version: 2\nnodes: [a:1]",
      "c.yaml:1:10: the document has the version 2, but this release reads up to 1; "
        + "use a newer release, or write the document with this one"),
    Case(
      "version: 0\nnodes: [a:1]",
      "c.yaml:1:10: there is no version '0'; write version: 1, or leave it out"),
    Case(
      "version: one\nnodes: [a:1]",
      "c.yaml:1:10: there is no version 'one'; write version: 1, or leave it out"),
    Case(
      "repeatedAddresses: yes\nnodes: [a:1]",
      "c.yaml:1:20: repeatedAddresses cannot be 'yes'; write true or false"),
    // YAML.
    Case(
      "nodes:\n\t- a:1\n",
      "c.yaml:2:1: this is not YAML: found character that cannot start any token; correct the syntax"
    ),
    Case(
      "nodes: [a:1\n",
      "c.yaml:2:1: this is not YAML: did not find expected ',' or ']'; correct the syntax"),
    Case(
      "options: { seed", "c.yaml:1:16: the option 'seed' has no value; give it one, or leave it out"
    ),
    // The end of a text without a last line break, of lines that end in ways of their own.
    Case(
      "nodes: [a:1",
      "c.yaml:1:12: this is not YAML: did not find expected ',' or ']'; correct the syntax"),
    Case(
      "nodes:\r\n - a:1\r\u{85} é",
      "c.yaml:4:3: this is not YAML: could not find expected ':'; correct the syntax"),
    Case(
      "name: \"x\nnodes: [a:1]",
      "c.yaml:2:13: this is not YAML: found unexpected end of stream; correct the syntax"),
    Case(
      "nodes: \n - " + String(repeating: "[", count: 2000),
      "c.yaml:2:4: lists are nested too deeply; a cluster document needs three levels"),
  ]

  @Test func everyMistakeIsReportedOnOneLineWithItsPlace() {
    var wrong: [String] = []
    for item in Self.cases {
      do throws(DocumentError) {
        _ = try ClusterDocument(yaml: item.text, file: "c.yaml")
        wrong.append("\(item.text.debugDescription) is read")
      } catch {
        if error.description != item.message {
          wrong.append(
            "\(item.text.prefix(80).debugDescription)\n  gives    \(error)\n  expected \(item.message)"
          )
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  @Test func aPropertyStandsInOnePlaceOnly() {
    let cases = [
      ("nodes: [{address: a:1, backup: 1, properties: {backup: 2}}]", "c.yaml:1:56"),
      ("nodes: [{address: a:1, properties: {backup: 2}, backup: 1}]", "c.yaml:1:49"),
    ]
    for (text, place) in cases {
      do throws(DocumentError) {
        _ = try ClusterDocument(yaml: text, file: "c.yaml", properties: ["backup"])
        Issue.record("\(text) is read")
      } catch {
        #expect(error.description == "\(place): node 1 has the property 'backup' twice; keep one")
      }
    }
  }

  @Test func bytesThatAreNotTextAreReported() {
    let cases: [([UInt8], String)] = [
      (
        Array("name: caf".utf8) + [0xE9, 0x0A, 0x0A],
        "c.yaml:1:10: this is not UTF-8: invalid trailing UTF-8 octet; save the document as UTF-8 text"
      ),
      (
        Array("name: x\n# é\n".utf8) + [0xFF],
        "c.yaml:3:1: this is not UTF-8: invalid leading UTF-8 octet; save the document as UTF-8 text"
      ),
      (
        Array("nodes: [a:1] # ".utf8) + [0xE2, 0x82],
        "c.yaml:1:16: this is not UTF-8: incomplete UTF-8 octet sequence; "
          + "save the document as UTF-8 text"
      ),
      (
        Array("name: é\0".utf8),
        "c.yaml:1:8: the character U+0000 cannot stand in a document; "
          + "take it out, or write it as an escape in double quotes"
      ),
      (
        Array("nodes:\n  - a\u{1B}:1".utf8),
        "c.yaml:2:6: the character U+001B cannot stand in a document; "
          + "take it out, or write it as an escape in double quotes"
      ),
    ]
    var wrong: [String] = []
    for (bytes, message) in cases {
      do throws(DocumentError) {
        _ = try ClusterDocument(yaml: bytes.span, file: "c.yaml")
        wrong.append("\(message): is read")
      } catch {
        if error.description != message { wrong.append("\(error)\n  expected \(message)") }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }

  /// Any bytes give a cluster or an error on one line.
  @Test func noBytesCrashTheReader() {
    var state = UInt64.random(in: 0 ... .max)
    let seed = state
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let good = Array(
      """
      name: sessions
      algorithm: jump
      key: cookie:sid
      options: { slots: 9 }
      nodes:
        - { id: "web-1", address: '10.0.0.1:80', weight: 2, zone: a, state: up, slots: [0, 1] }
        - id: web-2
          address: "[::1]:80"

      """.utf8)
    let pieces = [
      "&a ", "*a", "!!x ", "[", "{", "- ", "? ", ": ", "|\n", ">", "\"", "'", "%", "---\n", "\0",
    ]
    var wrong: [String] = []
    for _ in 0..<3000 {
      var bytes = good
      for _ in 0...next(4) {
        let place = next(bytes.count)
        switch next(4) {
        case 0: bytes[place] = UInt8(next(256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(9)))
        case 2: bytes.insert(contentsOf: pieces[next(pieces.count)].utf8, at: place)
        default:
          bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + next(30))], at: place)
        }
        if bytes.isEmpty { bytes = [0x0A] }
      }
      do throws(DocumentError) {
        _ = try ClusterDocument(yaml: bytes.span, file: "c.yaml")
      } catch {
        let text = error.description
        if text.unicodeScalars.contains(where: { $0.value < 0x20 }) || error.remedy.isEmpty {
          wrong.append(text)
        }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
  }
}
