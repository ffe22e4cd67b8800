extension Placement: Codable {
  /// Reads the fields `algorithm`, `options`, `key` and `session`; all have their defaults where they are
  /// missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: ClusterCodingKeys.self)
    try FormatVersion.check(container, forKey: .version)
    var key = try container.decodeIfPresent(KeySource.self, forKey: .key)
    if let affinity = try container.decodeIfPresent(SessionAffinity.self, forKey: .session) {
      guard case .session? = key else {
        throw DecodingError.dataCorruptedError(
          forKey: .session, in: container,
          debugDescription:
            "there are settings of a session, and the key is no session; write key: session")
      }
      key = .session(affinity)
    }
    self.init(
      rule: try container.decodeIfPresent(String.self, forKey: .algorithm) ?? "ketama",
      options: try container.decodeIfPresent([String: String].self, forKey: .options) ?? [:],
      key: key)
  }

  /// Writes the fields `algorithm`, `options`, `key` and `session`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ClusterCodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try encodeFields(to: &container)
  }

  func encodeFields(to container: inout KeyedEncodingContainer<ClusterCodingKeys>) throws {
    try container.encode(rule, forKey: .algorithm)
    try container.encodeIfPresent(key, forKey: .key)
    if case .session(let affinity)? = key, affinity != .standard {
      try container.encode(affinity, forKey: .session)
    }
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
