internal import ConsistentHashing

/// The host and port of a memcached server, as clients are given them.
struct MemcacheAddress {
  /// A name or address, IPv6 without brackets, or the path of a socket.
  let host: String

  /// The port as it is written; nil if none is.
  let port: Substring?

  /// Whether the host is the path of a socket.
  let isSocket: Bool

  /// The port that memcached listens on unless told otherwise.
  static let standardPort = 11_211

  /// Takes the address of a node apart.
  ///
  /// - Throws: `ClusterError` if it is malformed.
  init(_ address: String, at position: Int) throws(ClusterError) {
    let parsed: NodeAddress
    do {
      parsed = try NodeAddress(address)
    } catch {
      throw ClusterError(.invalidAddress, .node(position), error.problem, remedy: error.remedy)
    }
    switch parsed {
    case .unix(let path):
      (host, port, isSocket) = (path, nil, true)
    case .host(let host, let port), .ipv6(let host, let port):
      self.host = host
      self.port = port == nil ? nil : address.split(separator: ":").last
      isSocket = false
    }
  }
}

extension Node {
  /// The weight as a whole number from 0 to 2³¹ − 1.
  ///
  /// - Throws: `ClusterError` if it is none.
  func wholeWeight(at position: Int, for system: String) throws(ClusterError) -> Int {
    guard let whole = Int(exactly: weight), (0...Int(Int32.max)).contains(whole) else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(id.text)) has the weight \(weight), but \(system)'s weights are whole numbers",
        remedy: "multiply all weights until they are whole")
    }
    return whole
  }
}
