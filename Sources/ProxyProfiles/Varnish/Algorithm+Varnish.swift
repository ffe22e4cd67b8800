public import ConsistentHashing

extension Algorithm {
  /// Varnish's shard director.
  public static let varnishShard = Algorithm(
    name: "varnish-shard", summary: "what Varnish's shard director picks",
    options: [
      AlgorithmOption(
        name: "by", kind: .word(VarnishKey.allCases.map(\.rawValue)), standard: "key",
        summary: "what keys are: text for .key(), a URL, hash_data() arguments, a blob, a number"),
      AlgorithmOption(
        name: "replicas", kind: .integer(1...1_000_000),
        standard: "\(VarnishShard.defaultReplicas)", summary: "points of a backend of weight 1"),
      AlgorithmOption(
        name: "alt", kind: .integer(0...1_000_000), standard: "0",
        summary: "how many backends to pass first"),
    ],
    promises: AlgorithmPromises(
      balance: .ring(virtualNodes: VarnishShard.defaultReplicas), movement: .minimal,
      // The last point does not wrap, but the walk past a sick backend does.
      orderIndependent: true, skippingEqualsRemoving: false, smallestWeight: 1)
  ) { cluster, options throws(ClusterError) in
    try VarnishShard(
      cluster, replicas: options.integer("replicas"), alternative: options.integer("alt"),
      by: VarnishKey(rawValue: options.word("by")) ?? .key)
  }

  /// Varnish's hash director.
  public static let varnishHash = Algorithm(
    name: "varnish-hash", summary: "what Varnish's hash director picks; not consistent",
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .any, orderIndependent: false,
      // Down is removed, for the keys of all others as well.
      skippingEqualsRemoving: false, downIsSkipped: false)
  ) { cluster, _ throws(ClusterError) in
    try VarnishHash(cluster)
  }
}
