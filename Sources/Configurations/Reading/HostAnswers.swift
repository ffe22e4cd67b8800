package import ConsistentHashing

/// What names stand for, as DNS or a file of hosts has it.
public struct HostAnswers: Sendable {
  /// The addresses of a name, in the order of the answer; IPv6 without brackets.
  ///
  /// The list is empty if the name is not known.
  public let addresses: @Sendable (_ name: String) -> [String]

  /// The SRV records of a name such as `_http._tcp.example.com`, in the order of the answer.
  ///
  /// The list is empty if there are none. Nil if the source has no such records.
  public let services: (@Sendable (_ name: String) -> [ServiceTarget])?

  /// Where the answers come from, for messages.
  public let source: String

  /// Creates answers.
  public init(
    source: String, services: (@Sendable (_ name: String) -> [ServiceTarget])? = nil,
    addresses: @escaping @Sendable (_ name: String) -> [String]
  ) {
    self.source = source
    self.services = services
    self.addresses = addresses
  }

  /// The addresses, with ports, that the name in the address of a node stands for.
  package func machines(of node: Node) -> [String] {
    guard case .host(let name, let port)? = try? NodeAddress(node.address) else { return [] }
    let end =
      (port.map { "\($0)" } ?? node.properties[ServiceTarget.portProperty]).map { ":\($0)" } ?? ""
    return hosts(of: name).map { $0 + end }
  }

  /// The addresses of a name as they stand before a port: IPv6 in brackets.
  package func hosts(of name: String) -> [String] {
    addresses(name).map { $0.utf8.contains(UInt8(ascii: ":")) ? "[\($0)]" : $0 }
  }

  /// A name as it is looked for: the same in any case, and with a full stop at the end.
  package static func key(_ name: String) -> String {
    let name = name.lowercased()
    return name.utf8.last == UInt8(ascii: ".") ? String(name.dropLast()) : name
  }
}

/// A server of a service, as an SRV record of DNS has it (RFC 2782).
public struct ServiceTarget: Hashable, Sendable {
  /// Servers of the lowest priority are used first.
  public let priority: UInt16
  /// The share among servers of the same priority.
  public let weight: UInt16
  /// The port of the service.
  public let port: UInt16
  /// The name of the host, in lower case and without a full stop at the end.
  public let host: String

  /// The property of a node that has the port, where the address must not have it.
  package static let portProperty = "srv-port"

  /// Creates a target.
  ///
  /// - Parameters:
  ///   - priority: Servers of the lowest one are used first.
  ///   - weight: The share among servers of the same priority.
  ///   - port: The port of the service.
  ///   - host: The name in any case, with or without a full stop at the end.
  public init(priority: UInt16, weight: UInt16, port: UInt16, host: String) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.host = HostAnswers.key(host)
  }
}
