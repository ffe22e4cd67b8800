extension Placement: Codable {
  /// Reads the fields `algorithm`, `options` and `key`; all have their defaults where they are missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: ClusterCodingKeys.self)
    try FormatVersion.check(container, forKey: .version)
    self.init(
      rule: try container.decodeIfPresent(String.self, forKey: .algorithm) ?? "ketama",
      options: try container.decodeIfPresent([String: String].self, forKey: .options) ?? [:],
      key: try container.decodeIfPresent(KeySource.self, forKey: .key))
  }

  /// Writes the fields `algorithm`, `options` and `key`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ClusterCodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try encodeFields(to: &container)
  }

  func encodeFields(to container: inout KeyedEncodingContainer<ClusterCodingKeys>) throws {
    try container.encode(rule, forKey: .algorithm)
    try container.encodeIfPresent(key, forKey: .key)
    if !options.isEmpty { try container.encode(options, forKey: .options) }
  }
}

extension PlacedCluster: Codable {
  /// Reads a cluster and its placement from the fields of one object.
  public init(from decoder: any Decoder) throws {
    self.init(try Cluster(from: decoder), try Placement(from: decoder))
  }

  /// Writes a cluster and its placement as one object, which is a cluster document as well.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ClusterCodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try container.encode(cluster.name, forKey: .name)
    try placement.encodeFields(to: &container)
    try cluster.encodeNodes(to: &container)
  }
}
