internal import ConsistentHashing

extension RingPoints {
  /// For each point the first owner met from there on that is up; state if none is.
  ///
  /// - Complexity: O(points).
  func answeringOwners(_ isUp: (Int) -> Bool) -> [KeySpace.Owner] {
    var owners = [KeySpace.Owner](repeating: .state, count: count)
    var answering = KeySpace.Owner.state
    // Backwards, and twice: the last point is followed by the first.
    for _ in 0..<2 {
      for position in owners.indices.reversed() {
        let owner = owner(at: position)
        if isUp(owner) { answering = .node(owner) }
        owners[position] = answering
      }
    }
    return owners
  }
}
