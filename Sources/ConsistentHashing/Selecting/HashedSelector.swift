/// A selector whose choice depends only on one 64-bit hash of the key.
///
/// Callers that already have a hash, route one key through several selectors, or hash in batches
/// pass it to ``index(forHash:)``. Such a rule names a node for every key, so its answers are not
/// optional.
public protocol HashedSelector: NodeSelector {
  /// The function that ``hash(of:)`` is.
  var keyHash: KeyHashIdentity { get }

  /// The hash of a key, as ``index(forHash:)`` takes it.
  func hash(of key: Span<UInt8>) -> UInt64

  /// The node that keys of this hash go to.
  func index(forHash hash: UInt64) -> Int

  /// The node that a key goes to: that of its hash.
  func index(for key: Span<UInt8>) -> Int

  /// The hashes of many keys.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, laid end to end.
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

  /// Visits every available node once, in the order in which keys of this hash would fall back to it.
  @discardableResult
  func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd
}

extension HashedSelector {
  /// The node that a key goes to.
  @inlinable @inline(__always) public func index(for key: Span<UInt8>) -> Int {
    index(forHash: hash(of: key))
  }

  /// The node that a key, as its UTF-8 bytes, goes to.
  @inlinable @inline(__always) public func index(for key: String) -> Int {
    index(for: key.utf8.span)
  }

  /// The node that a key goes to, never nil.
  @inlinable public func choice(for key: Span<UInt8>) -> Int? {
    index(for: key)
  }

  /// Visits the nodes of a key's preference.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    walkPreference(forHash: hash(of: key), visit)
  }

  /// The first `limit` nodes of the preference of keys of this hash.
  public func preference(forHash hash: UInt64, limit: Int = .max) -> Preference {
    collectPreference(limit: limit) { walkPreference(forHash: hash, $0) }
  }

  /// The first node of the preference that `isAvailable` accepts; nil if it accepts none.
  ///
  /// The way to route around nodes whose health is known at the moment of the lookup: no other key
  /// moves.
  public func index(forHash hash: UInt64, where isAvailable: (Int) -> Bool) -> Int? {
    let first = index(forHash: hash)
    if isAvailable(first) { return first }
    var found: Int?
    walkPreference(forHash: hash) { index in
      if isAvailable(index) { found = index }
      return found == nil
    }
    return found
  }

  /// The first node of a key's preference that `isAvailable` accepts; nil if it accepts none.
  public func choice(for key: Span<UInt8>, where isAvailable: (Int) -> Bool) -> Int? {
    index(forHash: hash(of: key), where: isAvailable)
  }

  /// The same rule fed by another key hash.
  public func keyed<Hash: KeyHash>(by hash: Hash) -> KeyedSelector<Self, Hash> {
    KeyedSelector(base: self, function: hash)
  }
}

/// A selector whose keys are hashed by a function of the caller's.
public struct KeyedSelector<Base: HashedSelector, Function: KeyHash>: HashedSelector {
  /// The rule that places hashes.
  public let base: Base

  /// The function that hashes keys.
  public let function: Function

  /// The nodes of the base.
  public var nodes: [Node] { base.nodes }

  /// The identity of the caller's function.
  public var keyHash: KeyHashIdentity { function.identity }

  /// Hashes a key by the caller's function.
  @inlinable public func hash(of key: Span<UInt8>) -> UInt64 { function.hash(key) }

  /// The base's node for a hash.
  public func index(forHash hash: UInt64) -> Int { base.index(forHash: hash) }

  /// The base's nodes for many hashes.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try base.indices(forHashes: hashes, into: &indices)
  }

  /// Walks the base's preference.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    base.walkPreference(forHash: hash, visit)
  }
}
