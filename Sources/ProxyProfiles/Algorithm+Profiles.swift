public import ConsistentHashing

extension Algorithm {
  /// The rules of real systems.
  ///
  /// The one place where they are listed.
  public static let profiles: [Algorithm] = [
    nginx, nginxHash, nginxIPHash, nginxSplitClients,
    haproxyConsistent, haproxyConsistent30, haproxyMap,
    envoyRing, envoyMaglev, grpcRing,
    katran, ciliumMaglev, ipvsMaglev,
    mcrouterCh3, mcrouterWeightedCh3, mcrouterRendezvous, mcrouterWeightedRendezvous, mcrouterCRC32,
    guavaConsistent,
    libketama,
    libmemcachedModula, libmemcachedKetama, libmemcachedKetamaWeighted, libmemcachedSpy,
    libmemcachedSpyWeighted,
    twemproxyKetama, twemproxyModula,
    uhashring, uhashringKetama, pymemcache, redisCluster,
    varnishShard, varnishHash,
    pingora, restyChash,
  ]

  /// Every algorithm that documents and commands know: this library's, then the profiles.
  public static let all: [Algorithm] = native + profiles

  /// The algorithm of a name.
  ///
  /// - Throws: `ClusterError` if there is none; it lists the names there are.
  public static func named(_ name: String) throws(ClusterError) -> Algorithm {
    guard let algorithm = all.first(where: { $0.name == name }) else {
      throw ClusterError(
        .unknownAlgorithm, .algorithm, "there is no algorithm \(quoted(name))",
        remedy: "use one of " + all.map(\.name).joined(separator: ", "))
    }
    return algorithm
  }
}
