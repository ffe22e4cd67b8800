internal import ConsistentHashing

/// How twemproxy hashes a key: a function, and which part of the key it is given.
struct TwemproxyKey: Sendable {
  let function: MemcacheHash
  let tag: TwemproxyHashTag?

  /// Reads the settings of a pool.
  ///
  /// - Throws: `ClusterError` if the hash tag does not have two bytes.
  init(_ options: TwemproxyOptions) throws(ClusterError) {
    function = MemcacheHash(options.keyHash.function)
    guard let text = options.hashTag else {
      tag = nil
      return
    }
    guard let tag = TwemproxyHashTag(text) else {
      throw ClusterError(
        .invalidOption, .option("hash-tag"), "the hash tag \(quoted(text)) does not have two bytes",
        remedy: "write an opening and a closing one, such as {}")
    }
    self.tag = tag
  }

  /// The hash of a key.
  func hash(_ key: Span<UInt8>) -> UInt32 {
    guard let part = tag?.part(of: key) else { return function.hash(key) }
    return function.hash(key.extracting(part))
  }

  /// Whether the hash is the first word of the MD5 of the whole key.
  var isMD5: Bool { function.function == .md5 && tag == nil }

  /// The identity of the function; another tag is another function.
  var identity: KeyHashIdentity {
    var identity = function.function.identity
    if let tag { identity.function += " of tag \(tag.open)-\(tag.close)" }
    return identity
  }
}

/// The two bytes of a pool's `hash_tag`, such as `{}`.
struct TwemproxyHashTag: Hashable, Sendable {
  /// The byte that opens the hashed part.
  let open: UInt8

  /// The byte that closes it; it may be the same.
  let close: UInt8

  /// Reads a tag; nil unless it has exactly two bytes.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 2 else { return nil }
    (open, close) = (bytes[0], bytes[1])
  }

  /// The bytes between the first opening byte and the next closing one; nil if there are none, so that
  /// the whole key is hashed.
  func part(of key: Span<UInt8>) -> Range<Int>? {
    guard let start = key.position(of: open, from: 0),
      let end = key.position(of: close, from: start + 1), end > start + 1
    else { return nil }
    return (start + 1)..<end
  }
}

extension Span<UInt8> {
  /// The first position of a byte, from a position on.
  func position(of byte: UInt8, from start: Int) -> Int? {
    var position = start
    while position < count {
      if self[position] == byte { return position }
      position &+= 1
    }
    return nil
  }
}
