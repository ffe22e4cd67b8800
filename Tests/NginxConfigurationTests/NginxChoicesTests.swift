import Configurations
import ConsistentHashing
import Foundation
import NginxConfiguration
import ProxyProfiles
import Testing

/// What the engines split-clients and njs write, and what they refuse.
@Suite struct NginxChoicesTests {
  static let nodes = (1...5).map { number in
    Node(
      id: NodeID("app-\(number)"), address: "10.0.0.\(number):80", weight: number == 2 ? 2.5 : 1,
      state: number == 4 ? .drain : .up)
  }

  private static func placed(
    _ rule: String, _ nodes: [Node] = nodes, name: String = "shop",
    key: KeySource? = .cookie("user"),
    options: [String: String] = [:], properties: [String: String] = [:]
  ) throws -> PlacedCluster {
    PlacedCluster(
      try Cluster(name: name, nodes: nodes, properties: properties),
      Placement(rule: rule, options: options, key: key))
  }

  private static func emitter(
    _ engine: NginxEngine, _ part: NginxPart = .upstreams, at folder: String? = nil,
    context: NginxContext? = nil, version: NginxVersion = .newest
  ) -> NginxEmitter {
    NginxEmitter(
      NginxEmitter.Options(
        context: context, part: part, engine: engine,
        filesAt: engine == .njs ? folder ?? "/etc/nginx" : nil), version: version)
  }

  private static func refusal(_ emit: () throws(EmissionError) -> Emission) -> String {
    do throws(EmissionError) {
      return "wrote \(try emit().text.prefix(80))"
    } catch {
      return "\(error.problem); \(error.remedy)"
    }
  }

  /// Every slot has the names of the first three servers of its preference.
  @Test func everySlotHasItsPreference() throws {
    let placed = try Self.placed("nginx-maglev")
    let text = try Self.emitter(.splitClients).emit(placed).text
    let tokens = try SessionTokens(placed.cluster, secret: nil).tokens
    let selector = try NginxMaglev(placed.cluster)
    var values: [String] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let value = words.last?.dropLast(), value.utf8.count > 20,
        words.first == "0.01%" || words.first == "*"
      else { continue }
      values.append(String(value))
    }
    try #require(values.count == NginxSlots.count)
    let different = values.indices.filter { slot in
      values[slot]
        != selector.preference(ofSlot: slot, limit: 3).map { tokens[$0] }.joined(separator: ".")
    }
    #expect(different.isEmpty)
    // The server that drains is in no slot, and has no upstream.
    #expect(!text.contains(tokens[3]))
    #expect(text.components(separatedBy: "\nupstream ").count == 5)
  }

  /// One location for each server that is tried, and no more than there are servers.
  @Test(arguments: [(1, 1), (2, 2), (3, 3), (5, 3)])
  func locationsForEachAttempt(count: Int, locations: Int) throws {
    let nodes = (1...count).map { Node(address: "10.0.0.\($0):80") }
    for (engine, rule) in [(NginxEngine.splitClients, "nginx-maglev"), (.njs, "maglev")] {
      let text = try Self.emitter(engine, .server).emit(Self.placed(rule, nodes)).text
      #expect(text.components(separatedBy: "location ").count == locations + 1)
      #expect(text.components(separatedBy: "recursive_error_pages on;").count == locations)
      #expect(text.contains("proxy_pass http://$shop_pool;"))
      #expect(text.contains("location @shop_again_3 ") == (locations == 3))
    }
  }

  /// A session may be on a server that is no choice, which is one attempt more.
  @Test func sessionsGoOnToTheChoices() throws {
    let key = KeySource.session(SessionAffinity.standard)
    for (engine, rule) in [(NginxEngine.splitClients, "nginx-maglev"), (.njs, "maglev")] {
      let one = try Self.placed(
        rule, Array(Self.nodes[2...3]), key: key)
      let text = try Self.emitter(engine, .site).emit(one).text
      #expect(text.components(separatedBy: "location @").count == 2)
      #expect(text.contains("default $shop_choice_1;"))
      #expect(text.components(separatedBy: "\nupstream ").count == 3)
    }
  }

  @Test func theScriptHasItsNameAndIsASCII() throws {
    for rule in ["maglev", "jump", "ketama", "rendezvous"] {
      let nodes = rule == "maglev" ? Self.nodes : Self.nodes.filter { $0.weight == 1 }
      let emission = try Self.emitter(.njs).emit(Self.placed(rule, nodes))
      let file = try #require(emission.files.first)
      #expect(emission.files.count == 1)
      #expect(EmissionFile.isIntact(file.name, file.bytes))
      #expect(file.bytes.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0A) })
      #expect(emission.text.contains("js_import shop_router from /etc/nginx/\(file.name);"))
      #expect(emission.text.contains("js_set $shop_pool_3 shop_router.third;"))
      // The order of the list is no part of it, but under jump, where it is the order of slots.
      let other = try Self.emitter(.njs).emit(Self.placed(rule, nodes.reversed()))
      #expect((other.files == emission.files) == (rule != "jump"))
    }
  }

  /// Texts of users are in comments and tokens of nginx only.
  @Test(arguments: [
    "\"; alert(1); //", "`${r.uri}`", "</script>", "a\\", "'", "é日本", "x} server { ", "#", "*/",
    "$uri",
  ])
  func hostileTexts(text: String) throws {
    let nodes = [
      Node(id: NodeID(text), address: "10.0.0.1:80"), Node(address: "10.0.0.2:80"),
    ]
    let script = try Self.emitter(.njs).emit(Self.placed("maglev", nodes))
    let plain = try Self.emitter(.njs).emit(
      Self.placed("maglev", [Node(id: "plain", address: "10.0.0.1:80"), nodes[1]]))
    let (first, second) = (script.files.first?.bytes ?? [], plain.files.first?.bytes ?? [])
    #expect(
      first.count - second.count == first.filter { $0 == 0x5C }.count
        - second.filter { $0 == 0x5C }.count)
    // The key is one token, and the script knows the name of a variable.
    let key = try Self.placed("maglev", key: nil, properties: ["nginx-key": "$uri" + text])
    for placed in [
      key, try Self.placed("maglev", name: text), try Self.placed("maglev", name: text, key: .uri),
    ] {
      guard let emission = try? Self.emitter(.njs).emit(placed) else { continue }
      let script = String(decoding: emission.files.first?.bytes ?? [], as: UTF8.self)
      #expect(script.contains("r.rawVariables[\"shop_hashed\"]") || !script.contains(text))
    }
    let folder = "/etc/\(text)"
    if let emission = try? Self.emitter(.njs, at: folder).emit(Self.placed("maglev")) {
      let reading = try NginxReader(
        files: ConfigurationFiles(["/n.conf": Array("http {\n\(emission.text)}".utf8)])
      ).upstreams(in: "/n.conf")
      #expect(reading.problems.isEmpty && reading.upstreams.count == 4)
      #expect(!text.contains("'") && !text.contains("\\") && !text.contains("$"))
    }
  }

  @Test func refusesWhatItCannotDo() throws {
    let weighted = Self.refusal { () throws(EmissionError) in
      do { return try Self.emitter(.njs).emit(Self.placed("rendezvous")) } catch let error
        as EmissionError
      {
        throw error
      } catch { return Emission(text: "\(error)") }
    }
    #expect(weighted.hasPrefix("the engine njs has no logarithm that is the same everywhere"))
    let cases: [(NginxEmitter, String, String)] = [
      (Self.emitter(.njs), "nginx", "the engine njs does not place keys by 'nginx'; use one of"),
      (
        Self.emitter(.splitClients), "maglev",
        "split_clients of nginx does not place keys by 'maglev'; use the algorithm nginx-maglev"
      ),
      (
        Self.emitter(.native), "nginx-maglev",
        "nginx-maglev is no method of nginx's own, but a table in blocks of split_clients; "
          + "write it with the engine split-clients"
      ),
      (
        Self.emitter(.splitClients, context: .stream), "nginx-maglev",
        "a stream cannot send a connection on to the next server of its preference"
      ),
      (
        Self.emitter(.splitClients, version: NginxVersion(1, 11, 1)), "nginx-maglev",
        "nginx 1.11.1 has no maps with texts and variables"
      ),
      (
        Self.emitter(.njs, at: "/a'b"), "maglev",
        "the folder '/a'b' has a ' or a backslash, which js_import does not take"
      ),
    ]
    for (emitter, rule, start) in cases {
      let placed = try Self.placed(rule)
      let said = Self.refusal { () throws(EmissionError) in try emitter.emit(placed) }
      #expect(said.hasPrefix(start), "\(said)")
    }
  }

  /// Parameters that mean nothing where a server is alone are named.
  @Test func namesWhatIsLeftOut() throws {
    var nodes = Self.nodes
    nodes[0].properties = ["max-fails": "3", "max-conns": "9"]
    let emission = try Self.emitter(.splitClients).emit(
      Self.placed("nginx-maglev", nodes, properties: ["zone": "app 64k", "keepalive": "8"]))
    #expect(emission.notes.map(\.parameter).sorted() == ["max-fails", "zone"])
    #expect(emission.text.contains("server 10.0.0.1:80 max_conns=9;  # app-1\n    keepalive 8;"))
  }
}
