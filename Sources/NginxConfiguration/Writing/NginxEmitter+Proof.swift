public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

extension NginxEmitter {
  /// The cluster that nginx would read from what ``emit(_:)`` writes.
  ///
  /// It places every key as the cluster does, or the two are not equivalent; compare them with a selector of
  /// each.
  ///
  /// - Throws: `EmissionError` as ``emit(_:)`` does, or if what is written has no cluster.
  public func readBack(_ placed: PlacedCluster) throws(EmissionError) -> PlacedCluster {
    let text = NginxItem.print(try write(placed).items)
    let context = placed.cluster.properties[NginxProperty.context].flatMap(NginxContext.init)
    let reading = try NginxReading(
      written: text, context: options.context ?? context ?? .http, version: version)
    do throws(NoCluster) {
      if placed.placement.rule == PlacementRule.nginxSplitClients.name,
        let block = reading.splits.first
      {
        return try block.cluster()
      }
      if let block = reading.upstreams.first { return try block.cluster() }
    } catch {
      throw EmissionError(
        .invalidProperty, .cluster, "what is written has no cluster: \(error.problem)",
        remedy: "change the properties")
    }
    throw EmissionError(
      .invalidProperty, .cluster, "what is written has no cluster", remedy: "change the properties")
  }
}
