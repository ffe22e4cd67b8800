/// The points of a ring's nodes, checked to be not too many.
struct VirtualNodes: RingPointSource {
  /// The nodes, as the cluster lists them.
  let nodes: [Node]

  /// The number of nodes that own points.
  var ownerCount: Int { series.count }

  let count: Int

  /// The points of one node.
  private struct Series {
    let hash: EightByteXXH3
    let count: UInt32
    let owner: UInt32
  }

  private let series: [Series]

  /// Counts the points of a cluster.
  ///
  /// - Throws: ``ClusterError`` as ``KetamaRing/init(_:virtualNodes:seed:)`` does.
  init(_ cluster: Cluster, virtualNodes: Int) throws(ClusterError) {
    try cluster.requireAvailableNode()
    nodes = cluster.nodes
    var total = 0
    var series: [Series] = []
    series.reserveCapacity(nodes.count)
    for index in nodes.indices where nodes[index].isAvailable {
      let count = KetamaRing.points(weight: nodes[index].weight, virtualNodes: virtualNodes)
      // Clamped, because the largest weights of many nodes together leave the range of Int.
      total = min(total, Int.max / 2) + count
      series.append(
        Series(
          hash: Self.hash(of: nodes[index]), count: UInt32(clamping: count), owner: UInt32(index)))
    }
    guard total <= KetamaRing.maximumPoints else {
      throw ClusterError(
        .tooLarge, .cluster, "the ring would have \(total) points",
        remedy:
          "lower the weights or virtual-nodes; at most \(KetamaRing.maximumPoints) points are built"
      )
    }
    self.series = series
    count = total
  }

  /// The hash of j that gives a node's points.
  static func hash(of node: Node) -> EightByteXXH3 {
    EightByteXXH3(seed: XXH3.hash(node.id.text))
  }

  @inline(__always) func forEach(_ body: (_ value: UInt64, _ owner: UInt32) -> Void) {
    for series in series {
      for j in 0..<series.count { body(series.hash.hash(UInt64(j)), series.owner) }
    }
  }

  /// Equal points are in the order of ids.
  ///
  /// No node has two equal points, because XXH3 of 8 bytes is one to one.
  func precedes(_ owner: UInt32, _ earlier: UInt32) -> Bool {
    nodes[Int(owner)].id < nodes[Int(earlier)].id
  }
}
