extension KeySpace {
  /// The share of the keys that each owner takes, for keys whose hashes are spread evenly over the
  /// domain.
  public struct Shares: Hashable, Sendable {
    /// One share for each node, keys that are hashed again included where it is known where they go.
    public var nodes: [Double]
    /// The share of keys that the system places by state.
    public var state: Double
    /// The share of keys that are hashed again and end where only asking tells.
    public var rehashed: Double
  }

  /// The shares of all owners; nil if the key space is opaque.
  ///
  /// Sums are of doubles; each is within a few units in the last place of the exact share.
  ///
  /// - Parameter nodeCount: The number of nodes.
  /// - Complexity: O(intervals or residues).
  public func shares(nodeCount: Int) -> Shares? {
    var shares = Shares(nodes: Array(repeating: 0, count: nodeCount), state: 0, rehashed: 0)
    switch form {
    case .opaque: return nil
    case .shares(let given):
      for (node, share) in given.prefix(nodeCount).enumerated() { shares.nodes[node] = share }
      if stateRule != nil { shares.state = max(0, 1 - given.reduce(0, +)) }
      return shares
    case .intervals(let intervals):
      intervals.forEach { range, owner in
        shares.add(range.count / domain.size, to: owner)
      }
    case .residues(let residues):
      // Every residue has so many hashes, and the first ones, up to `rest`, one more.
      let modulus = residues.domain.last == .max ? nil : residues.domain.last + 1
      let each = modulus.map { domain.last / $0 } ?? 0
      let rest = residues.domain.remainder(of: domain.last)
      residues.forEach { range, owner in
        let more =
          range.first <= rest ? HashRange(first: range.first, last: min(range.last, rest)) : nil
        let count = range.count * Double(each) + (more?.count ?? 0)
        shares.add(count / domain.size, to: owner)
      }
    }
    if let rehashedShares, shares.rehashed > 0 {
      for (node, share) in rehashedShares.prefix(nodeCount).enumerated() {
        shares.nodes[node] += shares.rehashed * share
      }
      shares.rehashed = 0
    }
    return shares
  }
}

extension KeySpace.Shares {
  fileprivate mutating func add(_ share: Double, to owner: KeySpace.Owner) {
    switch owner {
    case .node(let position) where nodes.indices.contains(position): nodes[position] += share
    case .node: break
    case .state: state += share
    case .rehashed: rehashed += share
    }
  }
}
