internal import ConsistentHashing

/// The options of HAProxy's rules in cluster documents, in the words of its configuration.
enum HAProxyOptions {
  private static let balance = AlgorithmOption(
    name: "balance", kind: .word(["source", "uri", "url_param", "hdr", "hash"]), standard: nil,
    summary: "where HAProxy takes the key from; unless given, as the cluster's key says")
  private static let wholeURI = AlgorithmOption(
    name: "uri-whole", kind: .word(["on", "off"]), standard: "off",
    summary: "balance uri whole: the query is hashed as well")
  private static let pathOnly = AlgorithmOption(
    name: "uri-path-only", kind: .word(["on", "off"]), standard: "off",
    summary: "balance uri path-only: scheme and authority are left out")
  private static let length = AlgorithmOption(
    name: "uri-len", kind: .integer(1...Int(Int32.max)), standard: nil,
    summary: "balance uri len: the bytes that are looked at; all unless given")
  private static let depth = AlgorithmOption(
    name: "uri-depth", kind: .integer(1...Int(Int32.max - 1)), standard: nil,
    summary: "balance uri depth: the directories that are hashed; all unless given")
  private static let function = AlgorithmOption(
    name: "hash", kind: .word(HAProxyKeyHash.Function.allCases.map(\.rawValue)), standard: nil,
    summary: "the hash function; sdbm unless given")
  private static let backups = AlgorithmOption(
    name: "allbackups", kind: .word(["on", "off"]), standard: "off",
    summary: "option allbackups: all backup servers are used together")

  /// The option `hash-key` with the values that a version knows.
  static func hashKey(_ keys: [HAProxyHashKey]) -> AlgorithmOption {
    AlgorithmOption(
      name: "hash-key", kind: .word(keys.map(\.rawValue)), standard: "id",
      summary: "what identifies a server")
  }

  /// The options that all the rules have; `avalanche` is on where the hash type alone implies it.
  static func shared(avalancheAlone: Bool) -> [AlgorithmOption] {
    let avalanche = AlgorithmOption(
      name: "avalanche", kind: .word(["on", "off"]), standard: nil,
      summary: avalancheAlone
        ? "whether hashes are scattered; on unless given, off if hash is given"
        : "whether hashes are scattered; off unless given")
    return [function, avalanche, balance, wholeURI, pathOnly, length, depth, backups]
  }

  static func usesAllBackups(_ options: OptionValues) throws(ClusterError) -> Bool {
    try isOn(backups, options)
  }

  /// How keys are hashed.
  ///
  /// - Throws: `ClusterError` for options of `balance uri` under another balance.
  static func keyHash(
    _ options: OptionValues, for cluster: Cluster, avalancheAlone: Bool
  ) throws(ClusterError) -> HAProxyKeyHash {
    let isGiven = options.has(function.name)
    let isAvalanche =
      options.has("avalanche")
      ? try options.word("avalanche") == "on" : avalancheAlone && !isGiven
    let name = isGiven ? try options.word(function.name) : ""
    return HAProxyKeyHash(
      function: HAProxyKeyHash.Function(rawValue: name) ?? .sdbm, isAvalanche: isAvalanche,
      balance: try balance(options, for: cluster))
  }

  private static func balance(
    _ options: OptionValues, for cluster: Cluster
  ) throws(ClusterError) -> HAProxyBalance {
    var balance = HAProxyBalance(cluster.key)
    if options.has(Self.balance.name) {
      switch try options.word(Self.balance.name) {
      case "source": balance = .source
      case "uri": balance = .uri(HAProxyURIPart())
      case "hdr": balance = .header
      case "hash": balance = .expression
      default: balance = .urlParameter
      }
    }
    let part = HAProxyURIPart(
      isWhole: try isOn(wholeURI, options), isPathOnly: try isOn(pathOnly, options),
      length: options.has(length.name) ? try options.integer(length.name) : nil,
      depth: options.has(depth.name) ? try options.integer(depth.name) : nil)
    if case .uri = balance { return .uri(part) }
    guard part == HAProxyURIPart() else {
      let given = [wholeURI, pathOnly, length, depth].map(\.name)
        .first { cluster.options[$0] != nil }
      throw ClusterError(
        .invalidOption, .option(given ?? length.name),
        "the option \(given ?? length.name) belongs to balance uri",
        remedy: "write balance: uri, or leave it out")
    }
    return balance
  }

  private static func isOn(
    _ option: AlgorithmOption, _ options: OptionValues
  ) throws(ClusterError) -> Bool {
    try options.word(option.name) == "on"
  }
}
