extension PlacedCluster {
  /// The same placement with the option `slots` of jump as the number of slots of the cluster.
  ///
  /// Changes of the membership look for vacant slots in the cluster and may raise their number there.
  /// The option would hide those slots, and refuse a larger number.
  ///
  /// - Throws: ``ClusterError`` if the cluster owns more slots than the option says.
  package func movingSlotCountToCluster() throws(ClusterError) -> PlacedCluster {
    guard placement.rule == PlacementRule.jump.name else { return self }
    var options = try JumpHash.Options(placement.options, rule: placement.rule)
    guard let count = options.slotCount else { return self }
    options.slotCount = nil
    try SlotAssignment.check(count: count, owned: cluster.slots.ownedCount)
    return PlacedCluster(
      try Cluster(cluster, nodes: cluster.nodes, slots: cluster.slots.counting(count)),
      Placement(.jump, options, key: placement.key))
  }
}
