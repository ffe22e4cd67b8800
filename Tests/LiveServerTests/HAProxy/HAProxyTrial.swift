import ConsistentHashing
import ProxyProfiles
import Testing

/// One cluster, what HAProxy is told about it, and what the profile says it does.
struct HAProxyTrial {
  let cluster: Cluster
  let selector: any NodeSelector
  /// The configuration of the backend.
  let backend: [String]
  let answering: Set<String>

  /// Tells HAProxy and the profile the same.
  ///
  /// - Parameters:
  ///   - rule: One of HAProxy's.
  ///   - options: Its options in the cluster document.
  ///   - lines: The same in HAProxy's configuration.
  ///   - identified: Whether servers get ids of their own.
  init(
    _ topology: Topology, _ rule: PlacementRule, options: [String: String] = [:],
    lines: [String], isIdentified: Bool = false, backups: Set<Int> = []
  ) throws {
    var nodes: [Node] = []
    var servers: [String] = []
    for (index, server) in topology.servers.enumerated() {
      var properties: [String: String] = [:]
      var line = "server \(server.id) \(server.address) weight \(server.weight)"
      if isIdentified, index % 3 != 1 {
        // Some have ids, far apart and not in order; those between them are counted.
        let id = [7, 1_000_000, 2, 65_536][index % 4] + index * 11
        properties["haproxy-id"] = "\(id)"
        line += " id \(id)"
      }
      if backups.contains(index) {
        properties["backup"] = "true"
        line += " backup"
      }
      if server.state != .up { line += " disabled" }
      nodes.append(
        Node(
          id: NodeID(server.id), address: server.address, weight: Double(server.weight),
          state: Node.State(rawValue: server.state.rawValue) ?? .up, properties: properties))
      servers.append(line)
    }
    cluster = try Cluster(nodes: nodes)
    selector = try rule.selector(for: cluster, options: options)
    backend = lines + servers
    answering = topology.answering
  }

  /// Asks HAProxy about 20 000 keys, and expects what the profile says.
  ///
  /// - Parameters:
  ///   - shape: The servers.
  ///   - rule: One of HAProxy's.
  ///   - options: Its options in the cluster document.
  ///   - lines: The same in HAProxy's configuration.
  ///   - key: Where requests carry the key.
  ///   - isIdentified: Whether servers get ids of their own.
  ///   - backups: The places of backup servers.
  ///   - program: Which HAProxy.
  ///   - sourceLocation: Where it is reported if something differs.
  ///   - edit: Changes the servers.
  static func compare(
    _ shape: Shape, _ rule: PlacementRule, options: [String: String] = [:], lines: [String],
    key: RequestKey = .header, isIdentified: Bool = false, backups: Set<Int> = [],
    of program: Program = .haproxy, sourceLocation: SourceLocation = #_sourceLocation,
    editing edit: (inout Topology) -> Void = { _ in }
  ) async throws {
    try await Backends.run(shape, .http) { topology in
      var topology = topology
      edit(&topology)
      let isHeader = key == .header
      let trial = try HAProxyTrial(
        topology, rule,
        options: isHeader ? options.merging(["balance": "hdr"]) { $1 } : options,
        lines: (isHeader ? ["balance hdr(x-key)"] : []) + lines, isIdentified: isIdentified,
        backups: backups)
      let keys = Keys.make(for: key)
      let answers = try await HAProxyProcess.run(trial.backend, of: program) { front in
        try await blocking { try HTTPClient(front: front).ask(keys, by: key) }
      }
      trial.expectSame(answers, keys, sourceLocation: sourceLocation)
    }
  }

  /// Expects that every key was answered by the server that the profile says.
  func expectSame(
    _ answers: [Response], _ keys: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(answers.count == keys.count, sourceLocation: sourceLocation)
    var differences: [Difference] = []
    var decided = 0
    let up = HealthMask(cluster.nodes.map { answering.contains($0.address) })
    for (key, answer) in zip(keys, answers) {
      // A server is tried again or another one is; which of them can answer decides.
      let index = selector.index(for: key, among: up)
      let isLost = !selector.preference(for: key).isEmpty
      let expected = index.map { "200 " + cluster.nodes[$0].address } ?? (isLost ? "503 " : nil)
      guard let expected else { continue }
      decided += 1
      let got = answer.status == 200 ? "200 " + answer.body : "\(answer.status) "
      if got != expected { differences.append(Difference(key: key, expected: expected, got: got)) }
    }
    let document = backend.joined(separator: "\n")
    expectNone(differences, of: keys.count, document, sourceLocation: sourceLocation)
    // One-byte keys such as a comma have nothing to hash in a header.
    #expect(decided >= keys.count - 5, sourceLocation: sourceLocation)
  }
}
