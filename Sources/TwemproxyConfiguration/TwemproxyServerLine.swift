public import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// An item of `servers`: `host:port:weight`, `host:port:weight name` or `/path:weight name`.
public struct TwemproxyServerLine: Hashable, Sendable {
  /// The host, or the path of a socket.
  public let host: String
  /// The port as written; nil for a socket.
  public let port: String?
  /// The weight.
  public let weight: Int
  /// The name, if one is written.
  public let name: String?
  /// What twemproxy hashes: the name, or what stands for it.
  public let hashedName: String
  /// Where the item is.
  public let location: ConfigurationLocation

  /// Why twemproxy refuses an item.
  struct Invalid: Error {
    let message: String
    let remedy: String
  }

  /// Reads an item.
  ///
  /// twemproxy takes it apart from its end: the name after the last space, the weight after the last
  /// colon before it, the port after the colon before that.
  init(_ text: String, location: ConfigurationLocation) throws(Invalid) {
    var rest = Array(text.utf8)[...]
    let isSocket = rest.first == UInt8(ascii: "/")
    func part(after mark: UInt8) -> ArraySlice<UInt8>? {
      guard let place = rest.lastIndex(of: mark) else { return nil }
      let part = rest[(place + 1)...]
      rest = rest[..<place]
      return part
    }
    let name = part(after: UInt8(ascii: " "))
    let weight = part(after: UInt8(ascii: ":"))
    let port = isSocket ? nil : part(after: UInt8(ascii: ":"))
    // A colon that is left in the path of a socket makes it one part too many.
    let isComplete =
      weight != nil && (isSocket ? !rest.contains(UInt8(ascii: ":")) : port != nil)
    guard let weight, isComplete else {
      throw Invalid(
        message:
          #"has an invalid "hostname:port:weight [name]"or "/path/unix_socket:weight [name]""#
          + " format string", remedy: "write host:port:weight, such as 10.0.0.1:11211:1")
    }
    guard let number = TwemproxyNumber.value(weight) else {
      throw Invalid(
        message: #"has an invalid weight in "hostname:port:weight [name]" format string"#,
        remedy: "write a whole number from 1, and a name without spaces")
    }
    guard number > 0 else {
      throw Invalid(
        message: #"has a zero weight in "hostname:port:weight [name]" format string"#,
        remedy: "write a weight from 1, or leave the server out")
    }
    if let port, TwemproxyNumber.port(port) == nil {
      throw Invalid(
        message: #"has an invalid port in "hostname:port:weight [name]" format string"#,
        remedy: "write a port from 1 to 65535")
    }
    host = String(decoding: rest, as: UTF8.self)
    self.port = port.map { String(decoding: $0, as: UTF8.self) }
    self.weight = number
    self.name = name.map { String(decoding: $0, as: UTF8.self) }
    self.location = location
    hashedName =
      if let name = self.name {
        name
      } else if let port = self.port {
        TwemproxyNumber.port(port.utf8) == 11_211 ? host : "\(host):\(port)"
      } else {
        host + ":"
      }
  }

  /// The address of the node.
  var address: String {
    guard let port else { return "unix:\(host)" }
    return host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// The node that the server becomes; its id is the name, if one is written.
  var node: Node {
    Node(id: name.map { NodeID($0) }, address: address, weight: Double(weight))
  }
}
