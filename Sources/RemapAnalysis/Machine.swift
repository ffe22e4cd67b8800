internal import ConsistentHashing

/// What a node's address reaches, for comparing two clusters.
///
/// An address without a port means port 80, as in nginx and in Envoy's host names: `10.0.0.1` and
/// `10.0.0.1:80` are one machine. Keys are never hashed by it.
package struct Machine: Hashable, Sendable {
  private let address: NodeID

  package init(_ address: String) {
    self.address = NodeID(Self.hasPort(address) ? address : address + ":80")
  }

  private static func hasPort(_ address: String) -> Bool {
    if address.utf8.starts(with: "unix:".utf8) || address.utf8.first == UInt8(ascii: "/") {
      return true
    }
    if address.utf8.last == UInt8(ascii: "]") { return false }
    let colons = address.utf8.count { $0 == UInt8(ascii: ":") }
    // An IPv6 address without brackets has no port.
    return colons == 1 || address.utf8.first == UInt8(ascii: "[")
  }
}
