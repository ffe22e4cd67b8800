public import ConsistentHashing

extension RuleCatalogue {
  /// Every rule that documents and commands know: those of this library, then those of real systems.
  ///
  /// The one place where they are listed.
  public static let all = RuleCatalogue(
    distinct: Array(RuleCatalogue.native) + [
      .nginx,
      .nginxHash,
      .nginxIPHash,
      .nginxSplitClients,
      .haproxyConsistent,
      .haproxyConsistent30,
      .haproxyMap,
      .envoyRing,
      .envoyMaglev,
      .grpcRing,
      .grpcCoreRing,
      .caddy,
      .katran,
      .ciliumMaglev,
      .ipvsMaglev,
      .mcrouterCh3,
      .mcrouterWeightedCh3,
      .mcrouterRendezvous,
      .mcrouterWeightedRendezvous,
      .mcrouterCRC32,
      .guavaConsistent,
      .libketama,
      .libmemcachedModula,
      .libmemcachedKetama,
      .libmemcachedKetamaWeighted,
      .libmemcachedSpy,
      .libmemcachedSpyWeighted,
      .twemproxyKetama,
      .twemproxyModula,
      .uhashring,
      .uhashringKetama,
      .pymemcache,
      .pythonMemcached,
      .redisCluster,
      .varnishShard,
      .varnishHash,
      .pingora,
      .restyChash,
      .carbonCh,
      .carbonFNV1aCh,
      .carbonJumpFNV1aCh,
      .graphiteCarbonCh,
      .graphiteFNV1aCh,
    ])
}
