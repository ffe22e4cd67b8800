internal import ConsistentHashing

/// One `server` line of an HAProxy backend, as far as the choice depends on it.
struct HAProxyServer: Sendable {
  /// The name, which no rule hashes.
  let name: String

  /// The address as it is written: `192.0.2.7:80`, `[2001:db8::7]:80`, a host name, `unix:/path`.
  let address: String

  /// The keyword `id`; counted by position if nil.
  let id: Int?

  /// The keyword `weight`, 0 to 256.
  let weight: Int

  /// The keyword `guid`.
  let guid: String?

  /// Whether keys can come to it: it has a weight and is not disabled, in maintenance, draining or
  /// failing its checks, all of which HAProxy treats alike.
  let isUsable: Bool

  /// The keyword `backup`.
  let isBackup: Bool

  /// The property of nodes that is the keyword `id`.
  static let idProperty = OptionDescription(
    name: "haproxy-id", kind: .integer(1...Int(Int32.max)),
    summary: "the keyword id of the server line; counted by position unless given")

  /// The property of nodes that is the keyword `guid`.
  static let guidProperty = OptionDescription(
    name: "guid", kind: .text, summary: "the keyword guid of the server line")

  /// The line of a node: its id is the name, and any state but `up` disables it.
  ///
  /// - Throws: `ClusterError` if HAProxy refuses the weight or a property.
  init(_ node: Node, at position: Int) throws(ClusterError) {
    weight = try TargetSystem.haproxy.weight(of: node, at: position)
    let idText = node.properties[Self.idProperty.name]
    if let idText, !Self.idProperty.accepts(idText) {
      throw ClusterError(
        .invalidProperty, .node(position),
        "node \(quoted(node.id.text)) has the haproxy-id \(quoted(idText))",
        remedy: "HAProxy takes whole numbers from \(Self.idProperty.range)")
    }
    id = idText.flatMap { Int($0) }
    name = node.id.text
    address = node.address
    guid = node.properties[Self.guidProperty.name]
    isUsable = node.isAvailable
    isBackup = node.isBackup
  }

  /// Whether the address is known: not a host name, which HAProxy would resolve.
  var hasKnownAddress: Bool {
    if case .host = try? NodeAddress(address) { ServerAddress(address) != nil } else { true }
  }
}

extension TargetSystem {
  static let haproxy = TargetSystem("HAProxy", weights: 0...256)
}
