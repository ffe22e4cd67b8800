public import ConsistentHashing

extension HAProxyConsistentHash {
  /// The server that HAProxy picks under `hash-balance-factor`, bit for bit.
  ///
  /// Rule (`chash_server_is_eligible` in `lb_chash.c`, since 1.7): with one more request in flight, the
  /// slots are `(requests · factor + 99) / 100`. Each server gets the whole quotient of slots by total
  /// weight for each unit of its weight. The remainder goes by weight too, rounded so that the sum is
  /// right, in the order of the configuration. A server has at least one slot. From the key's node
  /// upwards, the first server with a free slot takes the request.
  ///
  /// - Complexity: O(servers + nodes passed).
  public func index(for key: Span<UInt8>, under load: NodeLoad) -> Int? {
    guard let first = index(for: key), let reaches, let hash = keyHash.hash(key) else {
      return index(for: key)
    }
    let bound = Bound(pool, load, percent: load.percent)
    var found: Int?
    _ = reaches.walkOwners(
      from: UInt64(hash) << 32, bound: nodes.count, count: pool.candidates.count
    ) { server in
      if load.inFlight[server] < bound.slots(of: server) { found = server }
      return found == nil
    }
    return found ?? first
  }

  /// The slots of servers at one time.
  private struct Bound {
    private let total: Int
    private let remainder: Int
    private let slotsOfUnit: Int
    /// The weights of a server and of all before it, in HAProxy's scale of 16 a unit.
    private var weights: [(own: Int, before: Int)]

    init(_ pool: HAProxyPool, _ load: NodeLoad, percent: Int) {
      weights = Array(repeating: (0, 0), count: pool.servers.count)
      var sum = 0
      for server in pool.candidates {
        let weight = pool.servers[server].weight * nodesPerWeight
        weights[server] = (weight, sum)
        sum += weight
      }
      total = sum
      let slots = ((load.total + 1) * percent + 99) / 100
      slotsOfUnit = slots / sum
      remainder = slots % sum
    }

    func slots(of server: Int) -> Int {
      let weight = weights[server]
      let rest =
        (weight.before + weight.own) * remainder / total - weight.before * remainder / total
      return max(1, weight.own * slotsOfUnit + rest)
    }
  }
}
