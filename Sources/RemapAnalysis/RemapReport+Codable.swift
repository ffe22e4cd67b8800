internal import ConsistentHashing

extension RemapReport: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, keys, total, moved, otherMachine, needless, readdressings, floorShare
    case statelessFloorShare
    case byStateBefore, byStateAfter, peakToMeanBefore, peakToMeanAfter, flows, nodes
  }

  /// Reads a report; also the JSON that `chash remap` prints, which has further fields.
  ///
  /// Numbers that follow from others, such as `moved` from `flows`, are not read.
  ///
  /// - Throws: A `DecodingError`; around `FormatVersion.Unknown` if the format is newer.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try FormatVersion.check(container, forKey: .version)
    self.init(
      keys: try container.decode(Keys.self, forKey: .keys),
      total: try container.decode(Int.self, forKey: .total),
      otherMachine: try container.decode(Int.self, forKey: .otherMachine),
      byStateBefore: try container.decode(Int.self, forKey: .byStateBefore),
      byStateAfter: try container.decode(Int.self, forKey: .byStateAfter),
      floor: MovementFloor(
        any: try container.decode(Double.self, forKey: .floorShare),
        stateless: try container.decode(Double.self, forKey: .statelessFloorShare)),
      flows: try container.decode([Flow].self, forKey: .flows),
      readdressings: try container.decode([Readdressing].self, forKey: .readdressings),
      nodes: try container.decode([NodeLine].self, forKey: .nodes))
  }

  /// Writes the report, with the version of the format first.
  ///
  /// | field | value |
  /// |---|---|
  /// | `version` | the version of the format |
  /// | `keys` | `given` or `sampled` |
  /// | `total`, `moved`, `otherMachine`, `needless` | numbers of keys |
  /// | `floorShare`, `statelessFloorShare` | ``floor`` |
  /// | `byStateBefore`, `byStateAfter` | numbers of keys that are placed by state |
  /// | `peakToMeanBefore`, `peakToMeanAfter` | ``peakBefore`` and ``peakAfter`` |
  /// | `flows` | objects with `from`, `to`, `keys` and `needless`; without `from` or `to` where a key is placed by state |
  /// | `readdressings` | objects with `id`, `from` and `to`, the addresses, and `keys` |
  /// | `nodes` | objects with `id`, `before`, `after`, `targetShareBefore` and `targetShareAfter`; without `before` or `after` where the node is not listed |
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(FormatVersion.current, forKey: .version)
    try container.encode(keys, forKey: .keys)
    try container.encode(total, forKey: .total)
    try container.encode(moved, forKey: .moved)
    try container.encode(otherMachine, forKey: .otherMachine)
    try container.encode(needless, forKey: .needless)
    try container.encode(floor.any, forKey: .floorShare)
    try container.encode(floor.stateless, forKey: .statelessFloorShare)
    try container.encode(byStateBefore, forKey: .byStateBefore)
    try container.encode(byStateAfter, forKey: .byStateAfter)
    try container.encode(peakBefore, forKey: .peakToMeanBefore)
    try container.encode(peakAfter, forKey: .peakToMeanAfter)
    try container.encode(flows, forKey: .flows)
    try container.encode(readdressings, forKey: .readdressings)
    try container.encode(nodes, forKey: .nodes)
  }
}
