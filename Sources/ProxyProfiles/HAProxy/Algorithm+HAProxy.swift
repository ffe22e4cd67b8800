public import ConsistentHashing

extension Algorithm {
  /// HAProxy `hash-type consistent`.
  public static let haproxyConsistent = haproxyRing(
    name: "haproxy-consistent", summary: "what HAProxy picks under 'hash-type consistent'",
    hashKeys: [.id, .address, .addressAndPort, .id32, .guid]
  ) { $0 }

  /// HAProxy `hash-type consistent` as 3.0 to 3.2 had it before October 2025.
  public static let haproxyConsistent30 = haproxyRing(
    name: "haproxy-consistent-3.0",
    summary: "'hash-type consistent' of HAProxy 3.0 to 3.2 before its mend of October 2025",
    hashKeys: [.id, .address, .addressAndPort]
  ) { $0 == .id ? .idOf30 : $0 }

  /// HAProxy `hash-type map-based`, which is its default.
  public static let haproxyMap = Algorithm(
    name: "haproxy-map", summary: "what HAProxy picks under 'hash-type map-based', its default",
    options: HAProxyOptions.shared(avalancheAlone: false),
    nodeProperties: [HAProxyServer.idProperty, HAProxyServer.backupProperty],
    promises: AlgorithmPromises(
      balance: .exactShares, movement: .any, orderIndependent: false,
      skippingEqualsRemoving: false, downIsSkipped: false, wholeWeights: true)
  ) { cluster, options throws(ClusterError) in
    try HAProxyMapHash(
      cluster,
      keyHash: HAProxyOptions.keyHash(options, for: cluster, avalancheAlone: false),
      usesAllBackups: HAProxyOptions.usesAllBackups(options))
  }

  /// A rule of the ring.
  ///
  /// Two things about its promises. A node takes half the gap on either side of it, which makes its
  /// share vary as little as that of two points which take the gap before them: 32 for a weight of
  /// 1, not 16. And as ids are counted by position unless given, removing or moving a line makes
  /// other servers of those behind it: any key may move.
  private static func haproxyRing(
    name: String, summary: String, hashKeys: [HAProxyHashKey],
    meaning: @escaping @Sendable (HAProxyHashKey) -> HAProxyHashKey
  ) -> Algorithm {
    Algorithm(
      name: name, summary: summary,
      options: HAProxyOptions.shared(avalancheAlone: true) + [HAProxyOptions.hashKey(hashKeys)],
      nodeProperties: [HAProxyServer.idProperty, HAProxyServer.backupProperty]
        + (hashKeys.contains(.guid) ? [HAProxyServer.guidProperty] : []),
      promises: AlgorithmPromises(
        balance: .ring(virtualNodes: 2 * HAProxyConsistentHash.nodesPerWeight), movement: .any,
        orderIndependent: false, skippingEqualsRemoving: false, downIsSkipped: false,
        wholeWeights: true)
    ) { cluster, options throws(ClusterError) in
      try HAProxyConsistentHash(
        cluster,
        keyHash: HAProxyOptions.keyHash(options, for: cluster, avalancheAlone: true),
        hashKey: meaning(HAProxyHashKey(rawValue: try options.word("hash-key")) ?? .id),
        usesAllBackups: HAProxyOptions.usesAllBackups(options))
    }
  }
}
