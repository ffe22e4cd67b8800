import Testing

/// The clusters that are driven, before they have a port.
struct Shape: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var topology: @Sendable (_ port: UInt16, _ folder: TemporaryFolder) -> Topology

  /// Servers of the given weights at 127.1.0.1, 127.1.0.2, …; positions in the list choose those that
  /// are down, drain or refuse.
  init(
    _ description: String, weights: [Int], down: Set<Int> = [], draining: Set<Int> = [],
    refusing: Set<Int> = []
  ) {
    testDescription = description
    topology = { port, _ in
      Topology(
        servers: weights.enumerated().map { index, weight in
          let address = Self.address(index).with(port: port).description
          return Topology.Server(
            id: "web-\(index + 1)", address: address, shown: address, weight: weight,
            state: down.contains(index) ? .down : draining.contains(index) ? .drain : .up,
            refuses: refusing.contains(index))
        })
    }
  }

  private init(
    _ description: String,
    topology: @escaping @Sendable (_ port: UInt16, _ folder: TemporaryFolder) -> Topology
  ) {
    testDescription = description
    self.topology = topology
  }

  static func equal(_ count: Int) -> Self {
    Self("\(count) equal servers", weights: Array(repeating: 1, count: count))
  }

  /// Addresses whose spelling is not the one nginx shows: what is hashed is the spelling.
  static let spelled = Self("unusual spellings") { port, folder in
    let plain = address(0).with(port: port).description
    let zeros = address(1).with(port: port)
    let socket = "unix:" + folder["backend.sock"]
    return Topology(servers: [
      .init(id: "plain", address: plain, shown: plain),
      .init(
        id: "zeros", address: "\(zeros.host):0\(port)", shown: zeros.description, weight: 2),
      .init(id: "socket", address: socket, shown: socket),
    ])
  }

  /// A unix socket among addresses.
  static let socketAmongThem = Self("a socket among addresses") { port, folder in
    let socket = "unix:" + folder["backend.sock"]
    let addresses = (0..<2).map { address($0).with(port: port).description } + [socket]
    return Topology(servers: addresses.map { .init(id: $0, address: $0, shown: $0) })
  }

  static func address(_ index: Int) -> IPv4Address {
    IPv4Address(127, 1, UInt8(index / 250), UInt8(index % 250 + 1))
  }
}
