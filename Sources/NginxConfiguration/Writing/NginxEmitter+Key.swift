internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension NginxEmitter {
  /// What is written, with the maps of the key above it.
  ///
  /// - Throws: `EmissionError` if the version does not have what the key needs, or would refuse the maps.
  func withMaps(_ placed: PlacedCluster, _ context: NginxContext, _ written: Written)
    throws(EmissionError) -> Written
  {
    guard let key = try keyText(of: placed, context) else { return written }
    try key.check(version: version)
    guard !key.maps.isEmpty else { return written }
    var written = written
    let items = try key.items()
    written.items = items + written.items
    let reading = try NginxReading(
      written: NginxItem.print(items), context: context, version: version)
    if let problem = reading.problems.first {
      throw EmissionError(
        .invalidKey, .key, "nginx would refuse the key: \(problem.message)",
        remedy: problem.remedy ?? "use another key")
    }
    return written
  }

  /// Whether the key of a cluster has maps beside its block.
  func hasMaps(_ placed: PlacedCluster) throws(EmissionError) -> Bool {
    try keyText(of: placed, context(for: placed.cluster))?.maps.isEmpty == false
  }

  /// The key in nginx's words; nil if it is a session, an expression, or the address that ip_hash takes.
  private func keyText(of placed: PlacedCluster, _ context: NginxContext) throws(EmissionError)
    -> NginxKeyText?
  {
    if placed.placement.rule == PlacementRule.nginxIPHash.name { return nil }
    switch placed.placement.key {
    case nil, .session?: return nil
    case let key?: return try NginxKeyText(key, cluster: placed.name, context: context)
    }
  }
}
