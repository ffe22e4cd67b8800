internal import ConsistentHashing

extension RingPoints {
  /// Visits the distinct owners met from a hash on, wrapping.
  ///
  /// - Complexity: O(points passed), at most all of them.
  func walkOwners(from hash: UInt64, bound: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    walkOwners(fromPosition: first(atOrAfter: hash), bound: bound, visit)
  }

  /// Visits the distinct owners met from a position on, wrapping.
  func walkOwners(fromPosition start: Int, bound: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var wasMet = Array(repeating: false, count: bound)
    for step in 0..<count {
      let position = start + step
      let owner = self.owner(position < count ? position : position - count)
      if wasMet[owner] { continue }
      wasMet[owner] = true
      if !visit(owner) { return .stopped }
    }
    return .everyNode
  }
}
