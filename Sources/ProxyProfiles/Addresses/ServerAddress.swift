internal import ConsistentHashing

/// The address and port of a server, for systems that hash them as numbers.
struct ServerAddress: Sendable {
  let address: IPAddress

  /// 0 if the address has none.
  let port: UInt16

  /// Reads `10.0.0.1:80`, `[fd00::1]:80` or the same without a port; nil for anything else.
  init?(_ text: String) {
    guard let parts = try? NodeAddress(text) else { return nil }
    switch parts {
    case .host(let host, _), .ipv6(let host, _):
      guard let address = IPAddress(host) else { return nil }
      self.address = address
      port = parts.port.flatMap { UInt16(exactly: $0) } ?? 0
    case .unix: return nil
    }
  }

  /// The address of a node.
  ///
  /// - Throws: `ClusterError` if it is not an IP address, or has no port and needs one.
  init(_ node: Node, at position: Int, needsPort: Bool = true, system: String)
    throws(ClusterError)
  {
    guard let address = ServerAddress(node.address), address.port > 0 || !needsPort else {
      throw ClusterError(
        .invalidAddress, .node(position),
        "node \(quoted(node.id.text)) has the address \(quoted(node.address)), but \(system) hashes "
          + "IP addresses" + (needsPort ? " and ports" : ""),
        remedy: "write 10.0.0.1:80 or [fd00::1]:80")
    }
    self = address
  }
}
