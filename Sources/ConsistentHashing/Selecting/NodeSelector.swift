/// A rule that sends keys to nodes: immutable, a value, safe to share between threads.
///
/// Key bytes go in, the position of a node in ``nodes`` comes out. A position, not a node: a
/// `String` that leaves a function costs more than the whole lookup.
///
/// A selector answers for the cluster as it was written: drained nodes get nothing, and a node whose
/// state is `down` is skipped along the key's preference, so that no other key moves. Health that
/// changes while the selector lives is given per lookup, through `where`.
public protocol NodeSelector: Sendable {
  /// The nodes that positions refer to, in the order in which the cluster lists them.
  var nodes: [Node] { get }

  /// The node that a key goes to; nil if the rule leaves this key to state that no key determines,
  /// such as nginx's round robin.
  func choice(for key: Span<UInt8>) -> Int?

  /// The first node of the key's preference that `isAvailable` accepts; nil if there is none or the
  /// rule leaves its hash before it comes to one.
  func choice(for key: Span<UInt8>, where isAvailable: (Int) -> Bool) -> Int?

  /// Visits every available node once, in the order in which the key would fall back to it, until
  /// `visit` returns false.
  ///
  /// The first is the choice. Replicas, failover and bounded load all walk this one sequence.
  ///
  /// - Returns: Why the walk ended.
  @discardableResult
  func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd

  /// Chooses for many keys at once: the answers of ``choice(for:)``, several lookups in flight.
  ///
  /// - Parameters:
  ///   - keys: The bytes of all keys, laid end to end.
  ///   - ends: Where in `keys` each key ends, and the next begins.
  ///   - choices: As many places as there are ends. Each gets the position of a node in ``nodes``, or
  ///     -1 where ``choice(for:)`` is nil.
  /// - Throws: ``BatchError`` if the spans do not fit together; nothing has been written then.
  func choices(
    forKeys keys: Span<UInt8>, ends: Span<Int>, into choices: inout MutableSpan<Int32>
  ) throws(BatchError)
}

/// Why the walk along a preference ended.
public enum PreferenceEnd: Hashable, Sendable {
  /// Every available node was visited.
  case everyNode
  /// The visitor asked to stop.
  case stopped
  /// From here on the system decides by state that no key determines; the text names that rule, for
  /// example `round robin`.
  case stateful(String)
}

/// The nodes a key goes to, in the order in which it would fall back to them.
public struct Preference: Hashable, Sendable {
  /// Positions in the selector's nodes, each once.
  public let indices: [Int]

  /// Why there are no more.
  public let end: PreferenceEnd

  /// Creates a preference from positions.
  public init(indices: [Int], end: PreferenceEnd) {
    self.indices = indices
    self.end = end
  }
}

extension NodeSelector {
  /// The node that a key, as its UTF-8 bytes, goes to.
  @inlinable public func choice(for key: String) -> Int? {
    choice(for: key.utf8.span)
  }

  /// The first `limit` nodes of a key's preference.
  ///
  /// - Parameters:
  ///   - key: The bytes of the key.
  ///   - limit: How many at most; all unless given. Not more are looked for.
  public func preference(for key: Span<UInt8>, limit: Int = .max) -> Preference {
    collectPreference(limit: limit) { walkPreference(for: key, $0) }
  }

  /// The first `limit` nodes of the preference of a key given as its UTF-8 bytes.
  public func preference(for key: String, limit: Int = .max) -> Preference {
    preference(for: key.utf8.span, limit: limit)
  }

  /// The first node of a key's preference; nil if the rule leaves the key to state at once.
  ///
  /// For rules whose choice is the beginning of their walk, once their fast path has met a node that
  /// is down.
  package func firstOfPreference(for key: Span<UInt8>) -> Int? {
    var found: Int?
    walkPreference(for: key) { index in
      found = index
      return false
    }
    return found
  }

  /// The default: the first accepted node along the preference.
  public func choice(for key: Span<UInt8>, where isAvailable: (Int) -> Bool) -> Int? {
    var found: Int?
    walkPreference(for: key) { index in
      if isAvailable(index) { found = index }
      return found == nil
    }
    return found
  }
}

/// Collects up to `limit` visited nodes.
func collectPreference(limit: Int, _ walk: ((Int) -> Bool) -> PreferenceEnd) -> Preference {
  guard limit > 0 else { return Preference(indices: [], end: .stopped) }
  var indices: [Int] = []
  let end = walk { index in
    indices.append(index)
    return indices.count < limit
  }
  return Preference(indices: indices, end: end)
}
