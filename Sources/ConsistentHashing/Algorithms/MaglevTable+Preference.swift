extension MaglevTable {
  /// The first node along h₀, h₁, … that is up; nil if none is.
  ///
  /// - Complexity: O(1) expected while some nodes are up; without allocation for up to 4096 nodes.
  @inlinable @inline(__always)
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let first = owners.table[owners.slot(hash)]
    return up.contains(first) && first != owners.downMark
      ? first : owners.indexPastDown(hash, among: up)
  }

  /// The distinct nodes met along h₀, h₁, …; after 64 hashes in a row that meet no new one, the others
  /// in the order of their ids after the last one met, wrapping.
  ///
  /// Nodes that are down are met, but not visited.
  ///
  /// - Complexity: O(n log n) expected for all n nodes, about k for the first k.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    owners.walk(hash, visit)
  }

  /// The first distinct nodes met along h₀, h₁, ….
  ///
  /// - Complexity: About one load for each, without allocation for up to 16.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    owners.preference(hash, into: &found)
  }

  /// One interval for each run of slots of one node.
  ///
  /// Keys of slots whose node is down are hashed again; they are spread over the nodes that are up as
  /// the slots of those are.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    owners.keySpace(keyHash: keyHash)
  }
}
