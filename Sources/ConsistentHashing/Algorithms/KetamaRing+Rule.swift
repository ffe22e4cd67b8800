extension PlacementRule {
  /// The ketama ring.
  public static let ketama = PlacementRule(
    name: "ketama", summary: "ring of virtual nodes on XXH3", options: KetamaRing.Options.self,
    promises: RulePromises(
      movement: .minimal, isOrderIndependent: true, skippingEqualsRemoving: true),
    prediction: { cluster, options throws(ClusterError) in prediction(cluster, options) },
    memory: { cluster, options in
      MemoryEstimate.bytes(
        prediction(cluster, options), perPoint: MemoryEstimate.bytesPerSortedPoint)
    },
    update: { (ring: KetamaRing, cluster, options) throws(ClusterError) in
      ring.options == options ? try ring.updated(to: cluster) : try KetamaRing(cluster, options)
    }
  ) { cluster, options, _ throws(ClusterError) in
    try KetamaRing(cluster, options)
  }

  private static func prediction(_ cluster: Cluster, _ options: KetamaRing.Options)
    -> SharePrediction
  {
    SharePrediction(
      cluster,
      spread: .points(
        cluster.nodes.map { node in
          node.isAvailable
            ? Double(KetamaRing.points(weight: node.weight, virtualNodes: options.virtualNodes)) : 0
        }))
  }
}
