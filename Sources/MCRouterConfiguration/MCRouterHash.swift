internal import ConsistentHashing
internal import ProxyProfiles
internal import YAMLReading

/// How a route picks one of its children by a key: `hash_func` and what belongs to it.
struct MCRouterHash {
  /// The function that is written down.
  var given: String?
  /// The function where none is written: `Ch3`, or `WeightedCh3` for a pool with weights.
  var standard = "Ch3"
  var salt: String?
  /// Weights by position, or for `WeightedRendezvous` by tag.
  var weights: YAMLNode?
  /// The tags that `Rendezvous` hashes.
  var tags: YAMLNode?
  /// What the reader does not know about, such as `bucketize`.
  var unknown: [String] = []

  /// The function by its name.
  var function: String { given ?? standard }

  /// The rule of the library for the function; nil if mcrouter has it but no rule does, or has it not.
  var rule: PlacementRule? {
    switch function {
    case "Ch3": .mcrouterCh3
    case "WeightedCh3": .mcrouterWeightedCh3
    case "Rendezvous": .mcrouterRendezvous
    case "WeightedRendezvous": .mcrouterWeightedRendezvous
    case "Crc32": .mcrouterCRC32
    default: nil
    }
  }

  /// How functions without a rule pick; nil for names that mcrouter does not have.
  var otherMethod: (isByState: Bool, text: String)? {
    switch function {
    case "ConstShard": (false, "by the shard number that is a part of the key")
    case "Latest":
      (true, "the first server that works, from a place that the client's host decides")
    case "LoadBalancer": (true, "by the load of the servers")
    case "WeightedCh4", "WeightedCh3Rv", "WeightedCh4Rv", "Jump":
      (false, "by \(function), which this version of chash does not know")
    default: nil
    }
  }

  /// Takes `hash_func`, `salt`, `weights` and `tags` out of an object.
  mutating func take(_ object: YAMLNode) {
    if let text = object["hash_func"]?.text { given = text }
    if let text = object["salt"]?.text { salt = text.isEmpty ? nil : text }
    if let value = object["weights"] { weights = value }
    if let value = object["tags"] { tags = value }
    for name in ["bucketize", "weights_rv"] where object[name].map({ $0.text != "false" }) ?? false
    {
      unknown.append(name)
    }
  }

  /// How many weights and tags it has.
  var size: Int { (weights?.size ?? 0) + (tags?.size ?? 0) }

  /// What tells this hash from another one of the same servers.
  var signature: String {
    "\(function)\u{0}\(salt ?? "")\u{0}\(weights.map(Self.text) ?? "")\u{0}\(tags.map(Self.text) ?? "")"
      + "\u{0}\(unknown.joined(separator: ","))"
  }

  private static func text(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, _): text
    case .list(let items): items.map(text).joined(separator: "\u{1}")
    case .mapping(let fields):
      fields.map { $0.name + "\u{2}" + text($0.value) }.joined(separator: "\u{1}")
    }
  }

  /// The function and the salt for summaries.
  var summary: String { function + (salt.map { ", salt \(quoted($0))" } ?? "") }
}
