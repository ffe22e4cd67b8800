public import ConsistentHashing

/// The options of all of mcrouter's hash functions.
public struct MCRouterOptions: RuleOptions {
  /// `salt`: appended to keys; none unless given.
  public var salt: String?

  /// Creates the default options.
  public init() {}

  /// The options by name.
  public static let fields: [OptionField<Self>] = [
    .text("salt", \.salt, "salt: appended to keys; none unless given")
  ]

  /// Options with a salt.
  init(salt: String?) {
    self.salt = salt
  }

  /// The bytes of the salt, once it is checked.
  func saltBytes(for rule: String) throws(ClusterError) -> [UInt8] {
    try check(for: rule)
    return Array((salt ?? "").utf8)
  }
}
