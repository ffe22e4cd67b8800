/// A selector whose keys are hashed by a function of the caller's.
///
/// ```swift
/// let ring = try KetamaRing(nodes: nodes).keyed(by: MyHash())
/// ```
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

  /// The base's node for a hash, among those that are up.
  public func index(forHash hash: UInt64, among up: HealthMask) -> Int? {
    base.index(forHash: hash, among: up)
  }

  /// The base's nodes for many hashes.
  public func indices(forHashes hashes: Span<UInt64>, into indices: inout MutableSpan<Int32>)
    throws(BatchError)
  {
    try base.indices(forHashes: hashes, into: &indices)
  }

  /// The base's nodes for many hashes, among those that are up.
  public func indices(
    forHashes hashes: Span<UInt64>, among up: HealthMask, into indices: inout MutableSpan<Int32>
  ) throws(BatchError) {
    try base.indices(forHashes: hashes, among: up, into: &indices)
  }

  /// Walks the base's preference.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    base.walkPreference(forHash: hash, visit)
  }

  /// The beginning of the base's preference.
  public func preference(forHash hash: UInt64, into found: inout MutableSpan<Int32>) -> Int {
    base.preference(forHash: hash, into: &found)
  }

  /// The base's key space, under the caller's function.
  public func keySpace() -> KeySpace {
    let space = base.keySpace()
    return KeySpace(
      domain: space.domain, keyHash: keyHash, form: space.form,
      rehashedShares: space.rehashedShares, stateRule: space.stateRule)
  }
}
