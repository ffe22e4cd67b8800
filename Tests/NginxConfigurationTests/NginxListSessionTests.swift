import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import Testing

/// The maps and upstreams of sessions that follow their list.
@Suite struct NginxListSessionTests {
  private static let secret = "0123456789abcdef"
  private static let nodes = (1...4).map {
    Node(id: NodeID("app-\($0)"), address: "10.0.0.\($0):8080")
  }

  private static func placed(_ nodes: [Node], rule: String = "nginx") throws -> PlacedCluster {
    PlacedCluster(
      try Cluster(name: "shop", nodes: nodes),
      Placement(rule: rule, key: .session(try SessionAffinity(follow: .list, secret: secret))))
  }

  private static let history = Result {
    var draining = nodes
    draining[1].state = .drain
    return ListHistory([
      .init(try placed(Array(nodes.prefix(3))), until: 0), .init(try placed(draining), until: 60),
    ])
  }

  /// The names were computed by a program of its own, with libxxhash and Python's `hmac`.
  @Test func namesOfListsNeverChange() throws {
    let placed = try Self.placed([Self.nodes[0], Self.nodes[2], Self.nodes[3]])
    #expect(try placed.listDigest(in: .all) == 0x09f1ee89dad12163)
    let tokens = try ListTokens(placed, history: Self.history.get(), secret: Self.secret)
    #expect(tokens.present == "99c556c18b07")
    #expect(tokens.earlier.map(\.token) == ["864ebcdcd8b8", "9fff8fb7f03b"])
    #expect(tokens.earlier.map(\.until) == [60, 0])
  }

  @Test func eachEarlierListIsAnUpstream() throws {
    let placed = try Self.placed([Self.nodes[0], Self.nodes[2], Self.nodes[3]])
    let emission = try NginxEmitter(version: .newest, history: Self.history.get()).emit(placed)
    #expect(emission.warnings.isEmpty && emission.notes.isEmpty)
    for part in [
      """
      map $shop_mark $shop_pool {
          864ebcdcd8b8 864ebcdcd8b8_shop;
          9fff8fb7f03b 9fff8fb7f03b_shop;
          default shop;
      }

      """,
      """
      map $shop_mark $shop_token {
          864ebcdcd8b8 864ebcdcd8b8;
          9fff8fb7f03b 9fff8fb7f03b;
          default 99c556c18b07;
      }

      """,
      """
      # For sessions by the list until 1970-01-01 00:00:00 UTC.
      upstream 9fff8fb7f03b_shop {
          hash $shop_id consistent;

          server 10.0.0.1:8080;  # app-1
          server 10.0.0.2:8080 down;  # app-2
          server 10.0.0.3:8080;  # app-3
      }

      """,
    ] { #expect(emission.text.contains(part), "\(emission.text)") }
    let read = try NginxEmitter(version: .newest, history: Self.history.get()).readBack(placed)
    #expect(read.nodes.map(\.address) == placed.nodes.map(\.address))
  }

  @Test func nginxTakesThem() async throws {
    let nginx = try await NginxProgram()
    let placed = try Self.placed([Self.nodes[0], Self.nodes[2], Self.nodes[3]])
    for part in NginxPart.allCases where part != .server {
      let emission = try NginxEmitter(
        NginxEmitter.Options(part: part, listen: part == .site ? "127.0.0.9:7" : nil),
        version: nginx.version, history: Self.history.get()
      ).emit(placed)
      let verdict = try await nginx.test(emission.text, in: .http)
      #expect(verdict.accepted, "\(verdict.messages)")
    }
  }

  /// A node at another address is another server to nginx, whose rule hashes the address.
  @Test func aNodeThatMovedHasLeftItsList() throws {
    var moved = Self.nodes
    moved[2].address = "10.0.0.9:8080"
    let emission = try NginxEmitter(version: .newest, history: Self.history.get()).emit(
      try Self.placed(moved))
    #expect(emission.text.contains("    server 10.0.0.3:8080 down;  # app-3\n"))
    #expect(emission.text.contains("    server 10.0.0.2:8080;  # app-2\n"))
  }

  @Test func listsThatNobodyIsLeftOfAreLeftOut() throws {
    let others = [Node(id: "x", address: "10.0.1.1:80")]
    let emission = try NginxEmitter(version: .newest, history: Self.history.get()).emit(
      try Self.placed(others))
    #expect(!emission.text.contains("_shop {\n    hash"))
    #expect(emission.text.contains("map $shop_mark $shop_pool {\n    default shop;\n}"))
  }

  @Test func otherAlgorithmsOfTheHistory() throws {
    let placed = try Self.placed(Self.nodes)
    let hash = ListHistory([.init(try Self.placed(Self.nodes, rule: "nginx-hash"), until: 9)])
    let text = try NginxEmitter(version: .newest, history: hash).emit(placed).text
    #expect(text.contains("_shop {\n    hash $shop_id;\n"))
    let native = ListHistory([.init(try Self.placed(Self.nodes, rule: "jump"), until: 9)])
    let error = #expect(throws: EmissionError.self) {
      try NginxEmitter(version: .newest, history: native).emit(placed)
    }
    #expect(error?.code == .unknownRule && error?.problem.contains("'jump'") == true)
  }
}
