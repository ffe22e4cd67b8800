public import ConsistentHashing

/// The steps in which a change of a cluster loses as few sessions as it can.
///
/// Where sessions follow their server or their list (`SessionAffinity.Follow`), what leaves drains first, and
/// goes when its sessions have ended; nobody else's session moves. Where the hash places every request,
/// there is one step, and the sessions whose keys move are lost.
public struct RolloutPlan: Hashable, Sendable {
  /// A step.
  public struct Step: Hashable, Sendable {
    /// The cluster from this step on.
    public let placed: PlacedCluster
    /// The lists that sessions live by beside that of the step, if they follow their list.
    public internal(set) var history: ListHistory
    /// Nodes that join with this step.
    public let joining: [NodeID]
    /// Nodes that drain from this step on: they keep their sessions and get no new ones.
    public let draining: [NodeID]
    /// Nodes that go with this step, or are down from it on.
    ///
    /// Their sessions must have ended before.
    public let leaving: [NodeID]
    /// Nodes whose identity gets another address with this step: their sessions go to another machine.
    public let moving: [NodeID]
  }

  /// Why a change moves sessions whatever its steps are.
  public enum Loss: Hashable, Sendable {
    /// The hash places every request, before or after.
    case placedByHash
    /// The cookie, the secret or the name of the cluster changes, so that nothing that cookies name is known.
    case otherNames
  }

  /// The steps, in their order.
  public let steps: [Step]

  /// Why sessions move; nil if they follow their server or their list, before and after.
  public let loss: Loss?

  /// Whether sessions stay on what does not leave.
  public var keepsSessions: Bool { loss == nil }

  /// Plans a change.
  ///
  /// - Parameters:
  ///   - before: The cluster now.
  ///   - after: The cluster that is wanted. Slots that changes left behind are dropped where its rule does
  ///     not know them.
  ///   - rules: The catalogue that has its rule.
  ///   - history: The lists that sessions live by beside the present one, if they follow their list.
  ///   - ended: Lists of the history by which no session lives any more. They go with the first step.
  ///   - time: When the steps are planned, in seconds since 1970.
  /// - Throws: `ClusterError` if there is no such rule, or the nodes of both together are no cluster, such as
  ///   two with one address.
  /// - Complexity: O(nodes).
  public init(
    from before: PlacedCluster, to after: PlacedCluster, in rules: RuleCatalogue,
    history: ListHistory = ListHistory(), ended: Set<ListHistory.Entry> = [], time: Int = 0
  ) throws(ClusterError) {
    let rule = try rules.rule(named: after.placement.rule)
    let before = rule.promises.identityIsSlot ? before : try before.withDefaultSlots()
    let after = rule.promises.identityIsSlot ? after : try after.withDefaultSlots()
    loss = try Self.loss(from: before, to: after, in: rules)
    let final = Step(placed: after, from: before)
    let planned: [Step]
    if loss != nil || final.leaving.isEmpty {
      planned = before == after ? [] : [final]
    } else {
      let draining = try Self.draining(before, after, Set(final.leaving))
      let last = Step(placed: after, from: draining)
      planned = draining == before ? [last] : [Step(placed: draining, from: before), last]
    }
    guard loss == nil, after.placement.followsList else {
      steps = planned
      return
    }
    var steps: [Step] = []
    var (placed, history) = (
      before, ListHistory(history.entries.filter { !ended.contains($0) })
    )
    // Without a change, lists may still go.
    for var step in planned.isEmpty && !ended.isEmpty ? [final] : planned {
      history = try history.adding(placed, replacedBy: step.placed, at: time, in: rules)
      step.history = history
      placed = step.placed
      steps.append(step)
    }
    self.steps = steps
  }

  /// Why sessions move whatever the steps are; nil if they need not.
  private static func loss(
    from before: PlacedCluster, to after: PlacedCluster, in rules: RuleCatalogue
  ) throws(ClusterError) -> Loss? {
    guard case .session(let old)? = before.placement.key,
      case .session(let new)? = after.placement.key
    else { return .placedByHash }
    guard old.cookie == new.cookie else { return .otherNames }
    if old.follow == new.follow, new.follow != .key {
      return old.secret == new.secret && before.name == after.name ? nil : .otherNames
    }
    // A cookie that names nothing stays where it is as long as the list is the same.
    guard old.follow == .key else { return .placedByHash }
    let stays = try before.listDigest(in: rules) == after.listDigest(in: rules)
    return stays ? nil : .placedByHash
  }

  /// The wanted cluster together with the nodes that leave, which drain.
  ///
  /// The nodes stand in the order that they have now, so that a rule in which the order counts moves no more
  /// than it must, and a document that is compared shows the change alone.
  private static func draining(
    _ before: PlacedCluster, _ after: PlacedCluster, _ leaving: Set<NodeID>
  ) throws(ClusterError) -> PlacedCluster {
    var wanted: [NodeID: Node] = [:]
    for node in after.nodes { wanted[node.id] = node }
    var nodes: [Node] = []
    for node in before.nodes {
      var next = wanted.removeValue(forKey: node.id) ?? node
      if leaving.contains(node.id) {
        next = node
        next.state = .drain
      }
      nodes.append(next)
    }
    nodes += after.nodes.filter { wanted[$0.id] != nil }
    let cluster = after.cluster
    guard cluster.slots.written(for: cluster.nodes) != .nothing else {
      let joined = try Cluster(
        name: cluster.name, nodes: nodes, properties: cluster.properties,
        allowsRepeatedAddresses: cluster.allowsRepeatedAddresses)
      return PlacedCluster(joined, after.placement)
    }
    // The owners of slots are kept by changing the cluster instead of making it anew.
    var editor = ClusterEditor(cluster)
    for node in nodes where leaving.contains(node.id) {
      if !cluster.nodes.contains(where: { $0.id == node.id }) { try editor.add(node) }
      try editor.setState(of: node.id, to: .drain)
    }
    return PlacedCluster(editor.cluster, after.placement)
  }
}

extension RolloutPlan.Step {
  fileprivate init(placed: PlacedCluster, from before: PlacedCluster) {
    var old: [NodeID: Node] = [:]
    for node in before.nodes { old[node.id] = node }
    var joining: [NodeID] = []
    var draining: [NodeID] = []
    var leaving: [NodeID] = []
    var moving: [NodeID] = []
    for node in placed.nodes {
      guard let was = old.removeValue(forKey: node.id) else {
        joining.append(node.id)
        continue
      }
      if node.address != was.address { moving.append(node.id) }
      if !node.keepsSessions, was.keepsSessions { leaving.append(node.id) }
      if node.drains, !was.drains, was.keepsSessions { draining.append(node.id) }
    }
    for node in before.nodes where old[node.id] != nil && node.keepsSessions {
      leaving.append(node.id)
    }
    self.placed = placed
    history = ListHistory()
    self.joining = joining
    self.draining = draining
    self.leaving = leaving
    self.moving = moving
  }
}

extension Placement {
  fileprivate var followsList: Bool {
    if case .session(let affinity)? = key { affinity.follow == .list } else { false }
  }
}

extension PlacedCluster {
  fileprivate func withDefaultSlots() throws(ClusterError) -> Self {
    let plain = try Cluster(
      name: cluster.name, nodes: cluster.nodes, properties: cluster.properties,
      allowsRepeatedAddresses: cluster.allowsRepeatedAddresses)
    return PlacedCluster(plain, placement)
  }
}

extension Node {
  /// Whether sessions that follow it reach it.
  fileprivate var keepsSessions: Bool { state != .down }
  /// Whether it gets no new sessions.
  fileprivate var drains: Bool { state == .drain || state == .up && weight == 0 }
}
