/// The fields of clusters and placed clusters in JSON.
enum ClusterCodingKeys: String, CodingKey {
  case version, name, algorithm, key, session, options, slots, properties, repeatedAddresses, nodes
}

extension Cluster: Codable {
  /// Reads a cluster and checks it as ``init(name:nodes:slots:slotCount:properties:allowsRepeatedAddresses:)``
  /// does.
  ///
  /// - Throws: A `DecodingError`; around ``ClusterError`` if the nodes are not a cluster, around
  ///   ``FormatVersion/Unknown`` if the format is newer.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: ClusterCodingKeys.self)
    try FormatVersion.check(container, forKey: .version)
    let nodes = try container.decode([SlottedNode].self, forKey: .nodes)
    let hasSlots = nodes.contains { $0.slots != nil }
    let name = try container.decodeIfPresent(String.self, forKey: .name) ?? "cluster"
    let slotCount = try container.decodeIfPresent(Int.self, forKey: .slots)
    let properties =
      try container.decodeIfPresent([String: String].self, forKey: .properties) ?? [:]
    let allowsRepeatedAddresses =
      try container.decodeIfPresent(Bool.self, forKey: .repeatedAddresses) ?? false
    do throws(ClusterError) {
      try self.init(
        name: name, nodes: nodes.map(\.node), slots: hasSlots ? nodes.map { $0.slots ?? [] } : nil,
        slotCount: slotCount, properties: properties,
        allowsRepeatedAddresses: allowsRepeatedAddresses)
    } catch {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath, debugDescription: error.description,
          underlyingError: error))
    }
  }

  /// Writes a cluster; slots are left out where they follow from the list, and where there are more
  /// than ``SlotAssignment/maximumCount`` of them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ClusterCodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try container.encode(name, forKey: .name)
    try encodeNodes(to: &container)
  }

  func encodeNodes(to container: inout KeyedEncodingContainer<ClusterCodingKeys>) throws {
    let written = slots.written(for: nodes)
    if written != .nothing { try container.encode(slots.count, forKey: .slots) }
    if !properties.isEmpty { try container.encode(properties, forKey: .properties) }
    if allowsRepeatedAddresses { try container.encode(true, forKey: .repeatedAddresses) }
    try container.encode(
      nodes.enumerated().map { position, node in
        SlottedNode(
          node: node,
          slots: written == .everySlot
            ? slots.slots(ofNode: position).flatMap { Array($0) } : nil)
      }, forKey: .nodes)
  }
}

/// A node with its slots.
private struct SlottedNode: Codable {
  private(set) var node: Node
  let slots: [Int]?

  private enum CodingKeys: String, CodingKey {
    case slots, weight
  }

  init(node: Node, slots: [Int]?) {
    self.node = node
    self.slots = slots
  }

  init(from decoder: any Decoder) throws {
    node = try Node(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    slots = try container.decodeIfPresent([Int].self, forKey: .slots)
    // Where only slots are given, their number is the weight.
    if let slots, !slots.isEmpty, !container.contains(.weight) { node.weight = Double(slots.count) }
  }

  func encode(to encoder: any Encoder) throws {
    try node.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(slots, forKey: .slots)
  }
}
