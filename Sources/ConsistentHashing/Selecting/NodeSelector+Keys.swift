extension NodeSelector {
  /// The node that a key, as its UTF-8 bytes, goes to; nil if the rule leaves it to state.
  @inlinable public func index(for key: String) -> Int? {
    index(for: key.utf8.span)
  }

  /// The node that a key goes to; nil if the rule leaves it to state.
  @inlinable public func index(for key: [UInt8]) -> Int? {
    index(for: key.span)
  }

  /// The first node of a key's preference that is up; nil if there is none.
  @inlinable public func index(for key: String, among up: HealthMask) -> Int? {
    index(for: key.utf8.span, among: up)
  }

  /// The first node of a key's preference that is up; nil if there is none.
  @inlinable public func index(for key: [UInt8], among up: HealthMask) -> Int? {
    index(for: key.span, among: up)
  }

  /// The first nodes of a key's preference.
  ///
  /// - Parameters:
  ///   - key: The bytes of the key.
  ///   - limit: How many at most; all unless given. No more are looked for.
  ///   - up: Which nodes are up; those that are down are left out. All unless given.
  public func preference(
    for key: Span<UInt8>, limit: Int = .max, among up: HealthMask? = nil
  ) -> Preference {
    Preference(limit: limit, among: up) { walkPreference(for: key, $0) }
  }

  /// The first nodes of the preference of a key given as its UTF-8 bytes; see
  /// `preference(for:limit:among:)` of bytes.
  public func preference(
    for key: String, limit: Int = .max, among up: HealthMask? = nil
  ) -> Preference {
    preference(for: key.utf8.span, limit: limit, among: up)
  }

  /// The first nodes of a key's preference; see `preference(for:limit:among:)` of a span.
  public func preference(
    for key: [UInt8], limit: Int = .max, among up: HealthMask? = nil
  ) -> Preference {
    preference(for: key.span, limit: limit, among: up)
  }

  /// The nodes that many keys, as their UTF-8 bytes, go to; nil where the rule leaves one to state.
  ///
  /// - Parameters:
  ///   - keys: The keys.
  ///   - up: Which nodes are up; all unless given.
  public func indices(
    forKeys keys: some Sequence<String>, among up: HealthMask? = nil
  ) -> [Int?] {
    let keys = KeyBatch(keys)
    return keys.indices { keys, ends, indices throws(BatchError) in
      if let up {
        try self.indices(forKeys: keys, ends: ends, among: up, into: &indices)
      } else {
        try self.indices(forKeys: keys, ends: ends, into: &indices)
      }
    }.map { $0 < 0 ? nil : Int($0) }
  }
}

extension HashedSelector {
  /// The node that a key, as its UTF-8 bytes, goes to.
  @inlinable @inline(__always) public func index(for key: String) -> Int {
    index(for: key.utf8.span)
  }

  /// The node that a key goes to.
  @inlinable @inline(__always) public func index(for key: [UInt8]) -> Int {
    index(for: key.span)
  }

  /// The nodes that many keys, as their UTF-8 bytes, go to.
  public func indices(forKeys keys: some Sequence<String>) -> [Int] {
    KeyBatch(keys).indices { keys, ends, indices throws(BatchError) in
      try self.indices(forKeys: keys, ends: ends, into: &indices)
    }.map { Int($0) }
  }
}

/// Keys end to end.
private struct KeyBatch {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  init(_ keys: some Sequence<String>) {
    for key in keys {
      bytes += key.utf8
      ends.append(bytes.count)
    }
  }

  /// The answers of a lookup.
  ///
  /// The spans fit together, so that the lookup throws nothing.
  func indices(
    _ look: (Span<UInt8>, Span<Int>, inout MutableSpan<Int32>) throws(BatchError) -> Void
  ) -> [Int32] {
    var indices = [Int32](repeating: -1, count: ends.count)
    var places = indices.mutableSpan
    try? look(bytes.span, ends.span, &places)
    return indices
  }
}
