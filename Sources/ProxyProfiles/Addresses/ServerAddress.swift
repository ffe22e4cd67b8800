internal import ConsistentHashing

/// The address and port of a server, for systems that hash them as numbers.
struct ServerAddress: Sendable {
  let address: IPAddress

  /// 0 if the address has none.
  let port: UInt16

  /// The address of a node.
  ///
  /// - Throws: `ClusterError` if it is not an IP address, or has no port and needs one.
  init(_ node: Node, at position: Int, needsPort: Bool = true, system: String)
    throws(ClusterError)
  {
    let parts = try? NodeAddress(node.address)
    let host: String? =
      switch parts {
      case .host(let host, _): host
      case .ipv6(let host, _): host
      default: nil
      }
    let port = parts?.port.flatMap { UInt16(exactly: $0) } ?? 0
    guard let host, let address = IPAddress(host), port > 0 || !needsPort else {
      throw ClusterError(
        .invalidAddress, .node(position),
        "node '\(node.id)' has the address '\(node.address)', but \(system) hashes IP addresses"
          + (needsPort ? " and ports" : ""),
        remedy: "write 10.0.0.1:80 or [fd00::1]:80")
    }
    self.address = address
    self.port = port
  }
}
