/// A rule that sends keys to nodes: immutable, safe to share between threads.
///
/// Key bytes go in, the position of a node in ``nodes`` comes out. A position, not a node: a
/// `String` that leaves a function costs more than the whole lookup.
///
/// A selector answers for the cluster as it was written: drained nodes get nothing, and a node whose
/// state is `down` is skipped along the key's preference. Health that changes while the selector
/// lives is given with each lookup, as a ``HealthMask``, so that no other key moves.
public protocol NodeSelector: Sendable {
  /// The nodes that positions refer to, in the order in which the cluster lists them.
  var nodes: [Node] { get }

  /// The node that a key goes to; nil if the rule leaves this key to state that no key determines,
  /// such as nginx's round robin.
  func index(for key: Span<UInt8>) -> Int?

  /// The first node of the key's preference that is up; nil if there is none, or the rule leaves its
  /// hash before it comes to one.
  ///
  /// Rules that do not skip nodes that are down (``RulePromises/downIsSkipped``) may place the key on the
  /// nodes that are up anew.
  func index(for key: Span<UInt8>, among up: HealthMask) -> Int?

  /// The node that takes a key while nodes have a limit on the requests that they have in flight; nil as in
  /// `index(for:)`.
  ///
  /// The profiles of HAProxy's and Envoy's rings, and of Envoy's Maglev, answer as `hash-balance-factor`
  /// and `hash_balance_factor` do.
  func index(for key: Span<UInt8>, under load: NodeLoad) -> Int?

  /// Visits every available node once, in the order in which the key would fall back to it, until
  /// `visit` returns false.
  ///
  /// The first is the choice. Replicas, failover and bounded load all walk this one sequence. Nothing
  /// is allocated for up to 4096 nodes.
  ///
  /// - Returns: Why the walk ended.
  @discardableResult
  func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd

  /// Writes the first nodes of a key's preference into a buffer of the caller's.
  ///
  /// - Parameters:
  ///   - key: The bytes of the key.
  ///   - found: Gets positions in ``nodes``, as many as there is room for.
  /// - Returns: How many were written: fewer than there is room for if the preference ends earlier.
  func preference(for key: Span<UInt8>, into found: inout MutableSpan<Int32>) -> Int

  /// Looks up many keys at once: the answers of `index(for:)`, several lookups in flight.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - indices: As many places as there are ends. Each gets the position of a node in ``nodes``, or
  ///     −1 where `index(for:)` is nil.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into indices: inout MutableSpan<Int32>
  ) throws(BatchError)

  /// Looks up many keys among the nodes that are up: the answers of `index(for:among:)`.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, end to end.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - up: Which nodes are up.
  ///   - indices: As many places as there are ends; −1 where `index(for:among:)` is nil.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  func indices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, among up: HealthMask,
    into indices: inout MutableSpan<Int32>
  ) throws(BatchError)

  /// The value of the key space's domain that a key is hashed to; nil if the rule hashes nothing of
  /// this key, or its key space does not go by one hash.
  func hash(of key: Span<UInt8>) -> UInt64?

  /// What the rule says about all keys at once; see ``KeySpace``.
  ///
  /// It is made anew by each call.
  func keySpace() -> KeySpace
}

extension NodeSelector {
  /// The default: the first node along the preference that is up.
  public func index(for key: Span<UInt8>, among up: HealthMask) -> Int? {
    if let first = index(for: key), up.contains(first) { return first }
    var found: Int?
    walkPreference(for: key) { index in
      if up.contains(index) { found = index }
      return found == nil
    }
    return found
  }

  /// The default: the beginning of the walk.
  public func preference(for key: Span<UInt8>, into found: inout MutableSpan<Int32>) -> Int {
    guard !found.isEmpty else { return 0 }
    var count = 0
    unsafe found.withUnsafeMutableBufferPointer { found in
      _ = walkPreference(for: key) { index in
        unsafe found[count] = Int32(truncatingIfNeeded: index)
        count += 1
        return count < found.count
      }
    }
    return count
  }

  /// The first node of a key's preference; nil if the rule leaves the key to state at once.
  ///
  /// For rules whose choice is the beginning of their walk, once their fast path has met a node that
  /// is down.
  public func firstOfPreference(for key: Span<UInt8>) -> Int? {
    var found: Int?
    walkPreference(for: key) { index in
      found = index
      return false
    }
    return found
  }
}
