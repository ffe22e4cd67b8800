/// Owners laid out side by side, each as wide as its weight, for rules that take a hash modulo the sum
/// of all weights.
public struct WeightWheel: Hashable, Sendable {
  /// For each owner the sum of the weights up to and with its own.
  @usableFromInline let ends: [UInt64]
  @usableFromInline let owners: [Int32]

  /// Lays owners out in the order given; those of weight 0 take no room.
  ///
  /// - Parameter weights: Weights of 0 or more, the sum of which is below 2⁶⁴.
  public init(_ weights: some Sequence<(owner: Int, weight: Int)>) {
    var ends: [UInt64] = []
    var owners: [Int32] = []
    var sum: UInt64 = 0
    for (owner, weight) in weights where weight > 0 {
      sum &+= UInt64(weight)
      ends.append(sum)
      owners.append(Int32(truncatingIfNeeded: owner))
    }
    self.ends = ends
    self.owners = owners
  }

  /// The number of owners that have a weight.
  public var ownerCount: Int { owners.count }

  /// The sum of all weights.
  public var sum: UInt64 { ends.last ?? 0 }

  /// The owner at which a hash, modulo the sum of weights, runs out; 0 if there is no owner.
  ///
  /// - Complexity: O(log owners), without allocation.
  @inlinable public func owner(ofHash hash: UInt64) -> Int {
    let count = ends.count
    guard count > 0 else { return 0 }
    return unsafe ends.withUnsafeBufferPointer { ends in
      let target = unsafe hash % ends[count &- 1]
      // The first whose end is above the target, by halves of what is left.
      var first = 0
      var left = count
      while left > 1 {
        let half = left &>> 1
        first = unsafe ends[first &+ half &- 1] <= target ? first &+ half : first
        left &-= half
      }
      return unsafe owners.withUnsafeBufferPointer { unsafe Int($0[first]) }
    }
  }

  /// The residues of the sum of weights with their owners.
  ///
  /// - Parameter owner: Who takes the hashes of an owner.
  public func residues(_ owner: (Int) -> KeySpace.Owner) -> OwnedIntervals {
    var intervals = OwnedIntervals(HashDomain(last: max(sum, 1) - 1), capacity: ends.count)
    for (end, position) in zip(ends, owners) {
      intervals.append(through: end - 1, owner(Int(position)))
    }
    return intervals
  }
}
