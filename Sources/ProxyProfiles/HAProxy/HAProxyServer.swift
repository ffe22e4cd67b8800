public import ConsistentHashing

/// One `server` line of an HAProxy backend, as far as the choice depends on it.
public struct HAProxyServer: Hashable, Sendable {
  /// The name, which no rule hashes.
  public var name: String

  /// The address as it is written: `192.0.2.7:80`, `[2001:db8::7]:80`, a host name, `unix:/path`.
  public var address: String

  /// The keyword `id`; counted by position if nil.
  public var id: Int?

  /// The keyword `weight`, 0 to 256.
  public var weight: Int

  /// The keyword `guid`.
  public var guid: String?

  /// The keyword `hash-key`; that of the backend's `default-server` if nil.
  public var hashKey: HAProxyHashKey?

  /// Whether the server is out: `disabled`, in maintenance, draining, or its checks fail.
  ///
  /// HAProxy does the same with all of them.
  public var isDisabled: Bool

  /// The keyword `backup`.
  public var isBackup: Bool

  /// Describes a line.
  public init(
    name: String, address: String, id: Int? = nil, weight: Int = 1, guid: String? = nil,
    hashKey: HAProxyHashKey? = nil, isDisabled: Bool = false, isBackup: Bool = false
  ) {
    self.name = name
    self.address = address
    self.id = id
    self.weight = weight
    self.guid = guid
    self.hashKey = hashKey
    self.isDisabled = isDisabled
    self.isBackup = isBackup
  }

  /// The largest weight that HAProxy takes.
  public static let largestWeight = 256

  /// Whether keys can come to it, in its turn as active or backup server.
  var isUsable: Bool { weight > 0 && !isDisabled }

  /// The numeric address and the port, 0 if none is written; nil for anything else.
  var numericAddress: (address: IPAddress, port: Int)? {
    switch try? NodeAddress(address) {
    case .host(let host, let port), .ipv6(let host, let port):
      guard let address = IPAddress(text: host.utf8.span) else { return nil }
      return (address, port ?? 0)
    case .unix, nil: return nil
    }
  }

  /// Whether the address is no host name, which HAProxy would resolve.
  var hasKnownAddress: Bool {
    if case .host = try? NodeAddress(address) { numericAddress != nil } else { true }
  }

  /// The property of nodes that is the keyword `id`.
  static let idProperty = AlgorithmOption(
    name: "haproxy-id", kind: .integer(1...Int(Int32.max)), standard: nil,
    summary: "the keyword id of the server line; counted by position unless given")

  /// The property of nodes that is the keyword `guid`.
  static let guidProperty = AlgorithmOption(
    name: "guid", kind: .text, standard: nil, summary: "the keyword guid of the server line")

  /// The property of nodes that is the keyword `backup`.
  static let backupProperty = AlgorithmOption(
    name: "backup", kind: .word(["true", "false"]), standard: "false",
    summary: "whether the server line says backup")

  /// The line of a node: its id is the name, and any state but `up` disables it.
  ///
  /// - Throws: `ClusterError` if the weight or a property is one that HAProxy refuses.
  public init(_ node: Node, at position: Int) throws(ClusterError) {
    guard let weight = Int(exactly: node.weight), (0...Self.largestWeight).contains(weight) else {
      throw Self.badWeight("node '\(node.id)'", node.weight, at: position)
    }
    var id: Int?
    if let text = node.properties[Self.idProperty.name] {
      id = Int(text)
      guard id != nil else {
        throw Self.badID("node '\(node.id)'", text, at: position)
      }
    }
    self.init(
      name: node.id.text, address: node.address, id: id, weight: weight,
      guid: node.properties[Self.guidProperty.name],
      isDisabled: node.state != .up,
      isBackup: node.properties[Self.backupProperty.name] == "true")
  }

  static func badWeight(_ subject: String, _ weight: Double, at position: Int) -> ClusterError {
    ClusterError(
      .invalidWeight, .node(position), "\(subject) has the weight \(weight)",
      remedy: "HAProxy takes whole weights from 0 to \(largestWeight)")
  }

  static func badID(_ subject: String, _ id: String, at position: Int) -> ClusterError {
    ClusterError(
      .invalidProperty, .node(position), "\(subject) has the haproxy-id \(id)",
      remedy: "HAProxy takes whole numbers from 1 to \(Int32.max)")
  }
}
