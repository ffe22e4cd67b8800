public import ConsistentHashing

extension PlacementRule {
  /// The client python-memcached.
  public static let pythonMemcached = PlacementRule(
    name: "python-memcached", summary: "what Python's python-memcached picks: CRC-32, modulo",
    options: PythonMemcached.Options.self,
    promises: RulePromises(movement: .any, requiresWholeWeights: true)
  ) { cluster, options, _ throws(ClusterError) in
    try PythonMemcached(cluster, options)
  }
}
