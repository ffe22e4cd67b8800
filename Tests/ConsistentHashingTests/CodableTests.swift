import ConsistentHashing
import ConsistentHashingTesting
import Foundation
import Testing

/// Clusters and placements as JSON.
@Suite struct CodableTests {
  private static func decode<Value: Decodable>(_ json: String, as type: Value.Type) throws -> Value
  {
    try JSONDecoder().decode(type, from: Data(json.utf8))
  }

  private static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test func theFormatIsAsDocumented() throws {
    let placed = PlacedCluster(
      try Cluster(
        name: "sessions",
        nodes: [
          "10.0.0.1:80",
          Node(
            id: "web-2", address: "10.0.0.2:80", weight: 2, zone: "a", state: .down,
            properties: ["backup": "true"]),
        ], properties: ["keepalive": "16"]),
      Placement(rule: "nginx", options: ["virtual-nodes": "160"], key: .cookie("sid")))
    #expect(
      try Self.json(placed)
        == #"{"algorithm":"nginx","key":"cookie:sid","name":"sessions","nodes":["#
        + #"{"address":"10.0.0.1:80","id":"10.0.0.1:80","state":"up","weight":1},"#
        + #"{"address":"10.0.0.2:80","id":"web-2","properties":{"backup":"true"},"state":"down","weight":2,"zone":"a"}],"#
        + #""options":{"virtual-nodes":"160"},"properties":{"keepalive":"16"},"version":1}"#)
  }

  @Test func everyClusterComesBack() throws {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var cluster = try Cluster(
        nodes: (0..<(1 + generator.below(6))).map {
          Node(
            id: NodeID("n-\($0)"), address: "10.0.0.\($0):80",
            weight: [0, 0.5, 1, 2, 3][generator.below(5)],
            state: Node.State.allCases[generator.below(3)])
        })
      for step in 0..<generator.below(4) {
        cluster = try cluster.adding(
          Node(address: "more-\(step)", weight: Double(generator.below(3))))
        if cluster.nodes.count > 1 {
          let id = cluster.nodes[generator.below(cluster.nodes.count)].id
          cluster =
            generator.below(2) == 0
            ? try cluster.removing(id)
            : try cluster.settingWeight(of: id, to: Double(generator.below(4)))
        }
      }
      let placed = PlacedCluster(cluster, Placement(rule: "jump", key: .argument("user")))
      let back = try Self.decode(Self.json(placed), as: PlacedCluster.self)
      #expect(back == placed, "seed \(seed)")
      #expect(try Self.decode(Self.json(cluster), as: Cluster.self) == cluster, "seed \(seed)")
    }
  }

  @Test func whatIsLeftOutHasItsDefault() throws {
    let placed = try Self.decode(#"{"nodes":[{"address":"a:1"}]}"#, as: PlacedCluster.self)
    #expect(placed == PlacedCluster(try Cluster(nodes: ["a:1"])))
  }

  @Test func newerVersionsAreRefused() {
    #expect {
      try Self.decode(#"{"version":2,"nodes":[{"address":"a"}]}"#, as: Cluster.self)
    } throws: { error in
      guard case .dataCorrupted(let context)? = error as? DecodingError else { return false }
      return context.underlyingError as? FormatVersion.Unknown == FormatVersion.Unknown(version: 2)
        && context.debugDescription.contains("version 2")
    }
    #expect(throws: DecodingError.self) { try Self.decode(#"{"version":0}"#, as: Placement.self) }
  }

  @Test(arguments: [
    #"{"nodes":[]}"#, #"{"nodes":[{"address":"a","weight":-1}]}"#, #"{"nodes":[{"address":""}]}"#,
    #"{"nodes":[{"address":"a"},{"address":"a"}]}"#, #"{"nodes":[{"address":"a","slots":[0,0]}]}"#,
    #"{"nodes":[{"address":"a","slots":[0]},{"address":"b"}]}"#,
    #"{"slots":0,"nodes":[{"address":"a"}]}"#,
  ])
  func whatIsNoClusterIsRefused(_ json: String) {
    #expect {
      try Self.decode(json, as: Cluster.self)
    } throws: { error in
      guard case .dataCorrupted(let context)? = error as? DecodingError else { return false }
      return context.underlyingError is ClusterError
    }
  }

  @Test(arguments: [
    #"{"name":7,"nodes":[{"address":"a"}]}"#, #"{"nodes":[{"address":"a","state":"off"}]}"#,
    #"{"nodes":[{"id":"a"}]}"#, #"{"key":"cookie:","nodes":[{"address":"a"}]}"#, "[]",
  ])
  func wrongTypesAreRefused(_ json: String) {
    #expect(throws: DecodingError.self) { try Self.decode(json, as: PlacedCluster.self) }
  }
}
