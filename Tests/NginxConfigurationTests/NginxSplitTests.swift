import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import Testing

/// `split_clients` blocks, read and written.
@Suite struct NginxSplitTests {
  static func block(_ text: String, version: NginxVersion = .newest) throws -> NginxSplitBlock {
    try #require(try NginxReaderTests.read(text, version: version).splits.first)
  }

  @Test func readsParts() throws {
    let block = try Self.block(
      """
      split_clients "${remote_addr}AAA" $variant {
        0.5% one;
        2% 10.0.0.1:80; # second
        3% one;
        * "";
      }
      """)
    #expect(block.variable == "variant")
    #expect(block.key?.text == "${remote_addr}AAA")
    #expect(block.parts.map(\.percent) == ["0.5%", "2%", "3%", "*"])
    #expect(block.parts.map(\.value) == ["one", "10.0.0.1:80", "one", ""])
    #expect(block.parts.map(\.location.line) == [2, 3, 4, 5])
    let placed = try block.cluster()
    #expect(placed.name == "variant")
    #expect(placed.placement == Placement(rule: "nginx-split-clients"))
    #expect(placed.cluster.properties == ["nginx-key": "${remote_addr}AAA"])
    #expect(placed.nodes.map(\.id) == ["one", "10.0.0.1:80", "one#2"])
    #expect(placed.nodes.map { $0.properties["percent"] } == ["0.5%", "2%", "3%"])
  }

  /// Before 1.31.2 keys that parts of 100 % leave over by rounding get the empty value.
  @Test(arguments: [
    ("50% a; 50% b;", "1.31.2", "last"), ("50% a; 50% b;", "1.31.1", nil),
    ("50% a; 50% b; * \"\";", "1.31.2", nil), ("50% a; 49% b;", "1.31.2", nil),
    ("50% a; * b;", "1.31.2", nil),
  ])
  func theRemainderDependsOnTheVersion(_ parts: String, _ version: String, _ remainder: String?)
    throws
  {
    let block = try Self.block(
      "split_clients $arg_a $v { \(parts) }", version: try #require(NginxVersion(version)))
    #expect(try block.cluster().placement.options["remainder"] == remainder)
  }

  @Test(arguments: [
    ("1% \"a b\";", NoCluster.Reason.inexpressible), ("1% \"\"; * a;", .inexpressible),
    ("* a; * b;", .inexpressible), ("", .empty), ("* \"\";", .empty), ("101% a;", .rejected),
    ("1%;", .inexpressible), ("1% a; } split_clients $arg_b $v { 2% b;", .replaced),
  ])
  func saysWhyThereIsNoCluster(_ parts: String, _ reason: NoCluster.Reason) throws {
    let block = try Self.block("split_clients $arg_a $v { \(parts) }")
    let error = #expect(throws: NoCluster.self) { try block.cluster() }
    #expect(error?.reason == reason)
    #expect(error?.location.line == 1)
  }

  @Test func writesSharesOfWeights() throws {
    let cluster = try Cluster(
      name: "v",
      nodes: [
        Node(address: "a:80", weight: 2), Node(id: "second", address: "b:80"),
        Node(address: "c:80", weight: 0), Node(address: "d:80", zone: "eu", state: .down),
      ])
    let emission = try NginxEmitter().emit(
      PlacedCluster(cluster, Placement(rule: "nginx-split-clients", key: .remoteAddress)))
    #expect(
      emission.text == """
        # v: 3 parts, split_clients; written by chash.
        split_clients $remote_addr $v {
            50.00% a:80;
            25.00% b:80;  # second
            * d:80;
        }

        """)
    #expect(
      emission.notes.map(\.description) == [
        "node of 'c:80': it is drained, and split_clients gives it no part",
        "state of 'd:80': split_clients does not know which servers are down",
        "zone of 'd:80': nginx has no zones of servers",
      ])
  }

  @Test(arguments: ["a-b", "1", "a b", "a;", ""])
  func refusesNamesThatAreNotVariables(_ name: String) throws {
    guard let cluster = try? Cluster(name: name, nodes: ["a:80"]) else { return }
    let error = #expect(throws: EmissionError.self) {
      try NginxEmitter().emit(
        PlacedCluster(cluster, Placement(rule: "nginx-split-clients", key: .uri)))
    }
    #expect(error?.code == .invalidName)
  }
}
