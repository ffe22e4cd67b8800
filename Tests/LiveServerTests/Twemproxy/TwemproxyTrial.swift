import ConsistentHashing
import ProxyProfiles

/// One pool: its configuration, and where its profile says keys go.
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
    var nodes = shape.nodes(at: addresses)
    for index in ejected { nodes[index].state = .down }
    selector = try RuleCatalogue.all.rule(named: "twemproxy-" + distribution).selector(
      for: Cluster(nodes: nodes), options: options)
    var lines = ["distribution: \(distribution)"]
    // twemproxy's own default is the profile's.
    if let hash = options["hash"] { lines.append("hash: \(hash)") }
    if let tag = options["hash-tag"] { lines.append("hash_tag: \"\(tag)\"") }
    self.lines = lines + shape.lines(at: addresses)
  }
}
