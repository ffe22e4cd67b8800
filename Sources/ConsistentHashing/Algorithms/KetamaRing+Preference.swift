extension KetamaRing {
  /// The owner of the first point at or after the hash that is up, wrapping; nil if none is up.
  ///
  /// - Complexity: O(points passed), without allocation.
  @inlinable @inline(__always)
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let position = points.first(atOrAfter: hash)
    let owner = points.owner(position)
    return up.contains(owner) ? owner : indexPastDown(position, among: up)
  }

  @usableFromInline func indexPastDown(_ position: Int, among up: HealthMask) -> Int? {
    points.firstOwner(after: position, among: up)
  }

  /// The distinct owners met clockwise from the hash.
  ///
  /// - Complexity: O(points passed), at most all of them.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    points.walkOwners(from: hash, bound: nodes.count, count: availableCount, visit)
  }

  /// The first distinct owners met clockwise from the hash.
  ///
  /// - Complexity: O(points passed), without allocation.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    points.firstOwners(from: hash, bound: nodes.count, count: availableCount, into: &found)
  }

  /// The intervals between points, each with the owner of the point that ends it.
  ///
  /// - Complexity: O(points).
  public func keySpace() -> KeySpace {
    KeySpace(
      domain: .bits64, keyHash: keyHash,
      form: .intervals(points.intervals(.bits64, byOwner: { .node($0) })))
  }
}
