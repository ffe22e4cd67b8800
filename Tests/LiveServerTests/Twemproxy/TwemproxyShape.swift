import ConsistentHashing
import Testing

/// The pools that are driven, before their servers have a port.
struct TwemproxyShape: Sendable, CustomTestStringConvertible {
  struct Server: Sendable {
    /// What follows the weight in the configuration, if anything does.
    var name: String?
    var weight = 1
    var kind = MemcachedServers.Kind.tcp
  }

  var testDescription: String
  var servers: [Server]

  init(_ description: String, _ servers: [Server]) {
    testDescription = description
    self.servers = servers
  }

  static func equal(_ count: Int) -> Self {
    Self("\(count) equal", Array(repeating: Server(), count: count))
  }

  /// Servers with names, in some order.
  static func named(_ description: String, _ numbers: [Int]) -> Self {
    Self(description, numbers.map { Server(name: "shard-\($0)") })
  }

  static let weighted = Self(
    "weights and names",
    [
      Server(name: "a", weight: 1), Server(weight: 2), Server(name: "käse", weight: 3),
      Server(weight: 40), Server(name: "10.0.0.1:11211", weight: 5),
    ])

  static let sockets = Self(
    "sockets",
    [
      Server(kind: .socket), Server(name: "b", weight: 2, kind: .socket), Server(),
      Server(weight: 3, kind: .socket),
    ])

  /// The nodes of a cluster document.
  func nodes(at addresses: [MemcachedAddress]) -> [Node] {
    zip(servers, addresses).map { server, address in
      Node(
        id: server.name.map { NodeID($0) }, address: address.inDocument,
        weight: Double(server.weight))
    }
  }

  /// The lines of a pool.
  func lines(at addresses: [MemcachedAddress]) -> [String] {
    ["servers:"]
      + zip(servers, addresses).map { server, address in
        " - \(address):\(server.weight)\(server.name.map { " " + $0 } ?? "")"
      }
  }
}
