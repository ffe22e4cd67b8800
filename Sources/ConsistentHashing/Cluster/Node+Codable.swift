extension Node: Codable {
  private enum CodingKeys: String, CodingKey {
    case id, address, weight, zone, state, properties
  }

  /// Reads a node; all fields but `address` have their defaults where they are missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decodeIfPresent(NodeID.self, forKey: .id),
      address: try container.decode(String.self, forKey: .address),
      weight: try container.decodeIfPresent(Double.self, forKey: .weight) ?? 1,
      zone: try container.decodeIfPresent(String.self, forKey: .zone),
      state: try container.decodeIfPresent(State.self, forKey: .state) ?? .up,
      properties: try container.decodeIfPresent([String: String].self, forKey: .properties) ?? [:])
  }

  /// Writes a node; zone and properties are left out where there are none.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(address, forKey: .address)
    try container.encode(weight, forKey: .weight)
    try container.encodeIfPresent(zone, forKey: .zone)
    try container.encode(state, forKey: .state)
    if !properties.isEmpty { try container.encode(properties, forKey: .properties) }
  }
}
