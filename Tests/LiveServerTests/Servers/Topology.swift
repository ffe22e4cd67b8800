/// A cluster of loopback servers: as a document for `chash`, and as what really listens.
struct Topology: Sendable {
  enum State: String, Sendable {
    case up
    case down
    case drain
  }

  struct Server: Sendable {
    var id: String
    /// The address as the document writes it, which is what nginx hashes.
    var address: String
    /// How nginx shows the address when it has connected to it.
    var shown: String
    var weight = 1
    var state = State.up
    /// Whether nothing listens there, so that connections are refused.
    var refuses = false
    /// Further fields of the node.
    var fields = ""
  }

  var servers: [Server]
  var algorithm = "nginx"
  /// Further lines of the document.
  var lines = ""

  /// The cluster document.
  func document(key: RequestKey) -> String {
    let nodes = servers.map { server in
      let weight = server.weight == 1 ? "" : ", weight: \(server.weight)"
      let state = server.state == .up ? "" : ", state: \(server.state.rawValue)"
      return
        "  - { id: \"\(server.id)\", address: \"\(server.address)\"\(weight)\(state)\(server.fields) }\n"
    }
    return "name: \(Self.name)\nalgorithm: \(algorithm)\nkey: \(key.rawValue)\n\(lines)nodes:\n"
      + nodes.joined()
  }

  /// The name of the cluster, and so of the upstream.
  static let name = "live_backends"

  /// How nginx shows the server with an id.
  var shownAddresses: [String: String] {
    Dictionary(uniqueKeysWithValues: servers.map { ($0.id, $0.shown) })
  }

  /// The servers that can answer.
  var answering: Set<String> {
    Set(servers.filter { $0.state == .up && !$0.refuses }.map(\.shown))
  }

  var refusing: Set<String> { Set(servers.filter(\.refuses).map(\.shown)) }
}
