public import ConsistentHashing

/// The settings of a twemproxy pool that decide where keys go.
public struct TwemproxyOptions: RuleOptions {
  /// The hash of keys (`hash`).
  public var keyHash = TwemproxyHash.fnv1aWith64Bits

  /// The `hash_tag`, if one is set: two bytes, such as `{}`.
  public var hashTag: String?

  /// Creates the default options.
  public init() {}

  /// Creates options.
  ///
  /// - Parameters:
  ///   - keyHash: The hash of keys.
  ///   - hashTag: The `hash_tag`, if one is set.
  public init(keyHash: TwemproxyHash = .fnv1aWith64Bits, hashTag: String? = nil) {
    self.keyHash = keyHash
    self.hashTag = hashTag
  }

  /// The options by name.
  public static let fields: [OptionField<Self>] = [
    .word("hash", \.keyHash, "hash function of keys"),
    .text(
      "hash-tag", \.hashTag, "two bytes, such as {}; only what is between them is hashed"),
  ]
}
