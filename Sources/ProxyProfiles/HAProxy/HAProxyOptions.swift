internal import ConsistentHashing

/// What a backend says about keys: `balance`, and the words after the method of `hash-type`.
public struct HAProxyHashing: Hashable, Sendable {
  /// The hash function; sdbm if nil.
  public var function: HAProxyKeyHash.Function?

  /// The modifier `avalanche`; if nil, it is on only under `hash-type consistent` without a function.
  public var isAvalanche: Bool?

  /// Where HAProxy takes the key from; if nil, the key source of the placement decides.
  public var balance: HAProxyBalance?

  /// The part of a request target that `balance uri` hashes.
  public var uriPart = HAProxyURIPart()

  /// Describes a backend that says nothing.
  public init() {}

  /// How keys are hashed.
  ///
  /// - Throws: `ClusterError` for options of `balance uri` under another balance.
  func keyHash(from key: KeySource?, isConsistent: Bool) throws(ClusterError) -> HAProxyKeyHash {
    let balance = balance ?? HAProxyBalance(key)
    if balance != .uri, let name = uriPart.firstOption {
      throw ClusterError(
        .invalidOption, .option(name), "the option \(name) belongs to balance uri",
        remedy: "write balance: uri, or leave it out")
    }
    return HAProxyKeyHash(
      function: function ?? .sdbm, isAvalanche: isAvalanche ?? (isConsistent && function == nil),
      balance: balance, uriPart: uriPart)
  }
}

/// The options that all of HAProxy's rules have, in the words of its configuration.
protocol HAProxyOptions: RuleOptions {
  /// How keys are hashed.
  var hashing: HAProxyHashing { get set }

  /// `option allbackups`: whether all backup servers are used together.
  var usesAllBackups: Bool { get set }
}

extension HAProxyOptions {
  /// The fields of these options.
  static func sharedFields(isConsistent: Bool) -> [OptionField<Self>] {
    [
      .word("hash", \.hashing.function, "the hash function; sdbm unless given"),
      .flag(
        "avalanche", \.hashing.isAvalanche,
        isConsistent
          ? "whether hashes are scattered; on unless given, off if hash is given"
          : "whether hashes are scattered; off unless given"),
      .word(
        "balance", \.hashing.balance,
        "where HAProxy takes the key from; unless given, as the cluster's key says"),
      .flag(
        "uri-whole", \.hashing.uriPart.isWhole,
        "balance uri whole: the query is hashed as well"),
      .flag(
        "uri-path-only", \.hashing.uriPart.isPathOnly,
        "balance uri path-only: scheme and authority are left out"),
      .integer(
        "uri-len", \.hashing.uriPart.length, in: 1...Int(Int32.max),
        "balance uri len: the bytes that are looked at; all unless given"),
      .integer(
        "uri-depth", \.hashing.uriPart.depth, in: 1...Int(Int32.max - 1),
        "balance uri depth: the directories that are hashed; all unless given"),
      .flag(
        "allbackups", \.usesAllBackups,
        "option allbackups: all backup servers are used together"),
    ]
  }

  /// The field `hash-key` with the values that a version knows.
  static func hashKeyField(
    _ path: any (WritableKeyPath<Self, HAProxyHashKey> & Sendable), of keys: [HAProxyHashKey]
  ) -> OptionField<Self> {
    .word("hash-key", path, of: keys, "what identifies a server")
  }
}
