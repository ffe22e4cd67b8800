import ConsistentHashing
import ProxyProfiles

/// The earlier lists that sessions may live by, to find out of a log which of them still do.
struct SessionLists {
  /// The lists, the earliest first.
  let entries: [ListHistory.Entry]
  private let earlier: [Reading?]
  private let next: Reading

  /// A list, with the positions that its nodes have in the cluster.
  private struct Reading {
    let selector: any NodeSelector
    let positions: [Int?]

    init(_ list: PlacedCluster, in cluster: Cluster) throws(ClusterError) {
      selector = try RuleCatalogue.all.selector(for: list)
      var places: [NodeID: Int] = [:]
      for (position, node) in cluster.nodes.enumerated() { places[node.id] = position }
      positions = list.nodes.map { places[$0.id] }
    }

    func place(_ id: Span<UInt8>) -> Int? {
      selector.index(for: id).flatMap { positions[$0] }
    }
  }

  /// Prepares for the sessions of a log.
  ///
  /// - Parameters:
  ///   - history: The earlier lists.
  ///   - placed: The cluster now, whose positions servers have.
  ///   - next: The list that places sessions whose list has gone.
  init(_ history: ListHistory, of placed: PlacedCluster, next: PlacedCluster) throws(ClusterError) {
    entries = history.entries
    var earlier: [Reading?] = []
    for entry in entries {
      let list = try placed.asReachable(entry.placed, in: .all)
      earlier.append(
        try list.map { list throws(ClusterError) in try Reading(list, in: placed.cluster) })
    }
    self.earlier = earlier
    self.next = try Reading(next, in: placed.cluster)
  }

  /// The lists that a session may live by, a bit each: they place it on the server that it has, and the next
  /// list does not.
  func lists(of id: Span<UInt8>, at server: Int) -> UInt32 {
    guard next.place(id) != server else { return 0 }
    var bits: UInt32 = 0
    for (position, list) in earlier.enumerated() where list?.place(id) == server {
      bits |= 1 << UInt32(position)
    }
    return bits
  }
}
