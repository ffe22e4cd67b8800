import ConsistentHashing
import Testing

/// Servers as a libmemcached client is given them.
struct LibmemcachedShape: Sendable, CustomTestStringConvertible {
  struct Server: Sendable {
    /// The path, if it is a socket.
    var host: String
    /// 0 for a socket.
    var port: Int
    var weight = 1
    /// Whether nothing listens there and the client has ejected it.
    var isDead = false

    /// The server as a cluster document lists it.
    var node: Node {
      let address =
        port == 0
        ? "unix:\(host)" : host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      return Node(address: address, weight: Double(weight), state: isDead ? .down : .up)
    }
  }

  var testDescription: String
  var servers: [Server]

  /// Servers on 10.0.0.1, 10.0.0.2, and so on.
  init(_ description: String, weights: [Int], port: Int = 11_211) {
    testDescription = description
    servers = weights.enumerated().map { index, weight in
      Server(host: "10.0.0.\(index + 1)", port: port, weight: weight)
    }
  }

  init(_ description: String, servers: [Server]) {
    testDescription = description
    self.servers = servers
  }

  /// Nothing listens anywhere: finding the server of a key asks no server.
  static let all = [
    Self("3 equal", weights: [1, 1, 1]),
    Self("10 equal", weights: Array(repeating: 1, count: 10)),
    Self("100 equal", weights: Array(repeating: 1, count: 100)),
    Self("weights", weights: [1, 2, 3, 4, 50, 0, 7], port: 11_212),
    tenWithoutOne, tenInAnotherOrder, sockets,
  ]

  static var tenWithoutOne: Self {
    var shape = Self("10 without the fourth", weights: Array(repeating: 1, count: 10))
    shape.servers.remove(at: 3)
    return shape
  }

  static var tenInAnotherOrder: Self {
    let shape = Self("10 in another order", weights: Array(repeating: 1, count: 10))
    return Self(
      shape.testDescription, servers: [7, 2, 9, 0, 4, 1, 8, 3, 6, 5].map { shape.servers[$0] })
  }

  static let sockets = Self(
    "sockets, names, ports of one host",
    servers: [
      Server(host: "/run/memcached/a.sock", port: 0),
      Server(host: "/run/memcached/b.sock", port: 0, weight: 2),
      Server(host: "cache-1.example", port: 11_211), Server(host: "cache-1.example", port: 11_212),
      Server(host: "cache-1.example", port: 112), Server(host: "fd00::1", port: 11_211),
      Server(host: "fd00::1", port: 11_213, weight: 3),
    ])

  /// Servers of which some are dead, on an address of this machine without a listener.
  static func withDead(weights: [Int], dead: Set<Int>, port: UInt16) -> Self {
    let servers = weights.enumerated().map { index, weight in
      Server(
        host: Shape.address(index).host, port: Int(port), weight: weight,
        isDead: dead.contains(index))
    }
    return Self("\(dead.count) of \(weights.count) ejected", servers: servers)
  }
}
