import ConsistentHashing
import ProxyProfiles
import Testing
import TwemproxyConfiguration

/// One pool: its configuration, and where its profile says keys go.
///
/// The profile gets what the reader of configurations makes of the pool, so that both are proved.
struct TwemproxyTrial {
  /// The lines of the pool.
  let lines: [String]
  let selector: any NodeSelector

  /// Gives twemproxy and the profile the same pool.
  ///
  /// - Parameters:
  ///   - distribution: `ketama` or `modula`.
  ///   - shape: The servers.
  ///   - addresses: Where they listen.
  ///   - options: The profile's options, which are settings of a pool.
  ///   - ejected: The places of servers that the profile takes for ejected.
  init(
    _ distribution: String, _ shape: TwemproxyShape, _ addresses: [MemcachedAddress],
    options: [String: String] = [:], ejected: Set<Int> = []
  ) throws {
    var lines = ["distribution: \(distribution)"]
    // twemproxy's own default is the profile's.
    if let hash = options["hash"] { lines.append("hash: \(hash)") }
    if let tag = options["hash-tag"] { lines.append("hash_tag: \"\(tag)\"") }
    lines += shape.lines(at: addresses)
    self.lines = lines

    let text = "pool:\n  listen: 127.0.0.1:1\n" + lines.map { "  \($0)\n" }.joined()
    let reading = try TwemproxyReader().pools(in: Array(text.utf8), file: "nutcracker.yml")
    #expect(reading.problems == [])
    let placed = try #require(reading.pools.first).cluster()
    #expect(placed.nodes == shape.nodes(at: addresses))
    #expect(
      placed.placement
        == ConsistentHashing.Placement(
          rule: "twemproxy-\(distribution)", options: options.filter { $0.value != "fnv1a_64" }))
    var nodes = placed.nodes
    for index in ejected { nodes[index].state = .down }
    selector = try RuleCatalogue.all.selector(
      for: PlacedCluster(Cluster(nodes: nodes), placed.placement))
  }
}
