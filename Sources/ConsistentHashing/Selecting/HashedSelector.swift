/// A selector whose answer depends only on one 64-bit hash of the key, and that has a node for every
/// key.
///
/// Callers that already have a hash, route one key through several selectors, or hash in batches pass
/// it to ``index(forHash:)``. As every key has a node, answers are not optional.
public protocol HashedSelector: NodeSelector {
  /// The function that ``hash(of:)`` is.
  var keyHash: KeyHashIdentity { get }

  /// The hash of a key, as ``index(forHash:)`` takes it.
  func hash(of key: Span<UInt8>) -> UInt64

  /// The node that keys of this hash go to.
  func index(forHash hash: UInt64) -> Int

  /// The first node of the preference of keys of this hash that is up; nil if there is none.
  func index(forHash hash: UInt64, among up: HealthMask) -> Int?

  /// The node that a key goes to: that of its hash.
  func index(for key: Span<UInt8>) -> Int

  /// Visits every available node once, in the order in which keys of this hash would fall back to it.
  @discardableResult
  func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd

  /// Writes the first nodes of the preference of keys of this hash into a buffer of the caller's.
  ///
  /// - Returns: How many were written: fewer than there is room for if there are no more nodes.
  func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int

  /// The hashes of many keys.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - start: Where in `keys` the first key begins.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - hashes: As many places as there are ends.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  func hash(
    keys: Span<UInt8>, from start: Int, ends: Span<Int>, into hashes: inout MutableSpan<UInt64>
  ) throws(BatchError)

  /// The nodes that keys of these hashes go to: the answers of ``index(forHash:)``, several lookups in
  /// flight.
  ///
  /// - Parameters:
  ///   - hashes: Hashes of keys, as ``hash(of:)`` gives them.
  ///   - indices: As many places, each of which gets the position of a node in `nodes`.
  /// - Throws: ``BatchError`` if the spans differ in length; nothing has been written then.
  func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)

  /// The nodes among those that are up that keys of these hashes go to: the answers of
  /// ``index(forHash:among:)``, −1 where there is none.
  ///
  /// - Throws: ``BatchError`` if the spans differ in length; nothing has been written then.
  func indices(
    forHashes hashes: Span<UInt64>, among up: HealthMask, into indices: inout MutableSpan<Int32>
  ) throws(BatchError)
}

extension HashedSelector {
  /// The node that a key goes to.
  @inlinable @inline(__always) public func index(for key: Span<UInt8>) -> Int {
    index(forHash: hash(of: key))
  }

  /// The node that a key goes to, never nil.
  @inlinable public func index(for key: Span<UInt8>) -> Int? {
    .some(index(for: key) as Int)
  }

  /// The hash of a key, never nil.
  @inlinable public func hash(of key: Span<UInt8>) -> UInt64? {
    .some(hash(of: key) as UInt64)
  }

  /// The first node of a key's preference that is up; nil if there is none.
  @inlinable @inline(__always)
  public func index(for key: Span<UInt8>, among up: HealthMask) -> Int? {
    index(forHash: hash(of: key), among: up)
  }

  /// Visits the nodes of a key's preference.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    walkPreference(forHash: hash(of: key), visit)
  }

  /// Writes the first nodes of a key's preference into a buffer of the caller's.
  @inlinable
  public func preference(for key: Span<UInt8>, into found: inout MutableSpan<Int32>) -> Int {
    preference(forHash: hash(of: key), into: &found)
  }

  /// The first nodes of the preference of keys of this hash.
  ///
  /// - Parameters:
  ///   - hash: The hash.
  ///   - limit: How many at most; all unless given. No more are looked for.
  ///   - up: Which nodes are up; those that are down are left out. All unless given.
  public func preference(
    forHash hash: UInt64, limit: Int = .max, among up: HealthMask? = nil
  ) -> Preference {
    Preference(limit: limit, among: up) { walkPreference(forHash: hash, $0) }
  }

  /// The default: the first node along the preference that is up.
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    let first = index(forHash: hash)
    if up.contains(first) { return first }
    var found: Int?
    walkPreference(forHash: hash) { index in
      if up.contains(index) { found = index }
      return found == nil
    }
    return found
  }

  /// The default: the beginning of the walk.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    guard !found.isEmpty else { return 0 }
    var count = 0
    unsafe found.withUnsafeMutableBufferPointer { found in
      _ = walkPreference(forHash: hash) { index in
        unsafe found[count] = Int32(truncatingIfNeeded: index)
        count += 1
        return count < found.count
      }
    }
    return count
  }

  /// The same rule fed by another key hash.
  public func keyed<Hash: KeyHash>(by hash: Hash) -> KeyedSelector<Self, Hash> {
    KeyedSelector(base: self, function: hash)
  }
}
