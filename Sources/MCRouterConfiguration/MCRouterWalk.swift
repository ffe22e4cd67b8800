internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// Walks down the routes of a configuration, and finds the places at which a key decides.
///
/// Routes that do not hash, such as `AllSyncRoute` or `FailoverRoute`, are passed by: a choice below
/// them is the same as without them.
struct MCRouterWalk {
  /// A route that uses the servers of a pool without a choice by key.
  struct OtherUse {
    let type: String
    let position: YAMLPosition
  }

  private let pools: Set<String>
  /// The first of them, for messages.
  private let poolNames: String
  /// Whether pools come from other places, so that any name may be one.
  private let hasOtherPools: Bool
  private let named: [String: YAMLNode]
  private var open: Set<String> = []
  private var steps = 0
  private var hashSizes = 0
  private static let largestHashSizes = 4_000_000

  private(set) var choices: [MCRouterChoice] = []
  private(set) var otherUses: [String: OtherUse] = [:]
  /// Macros that stand for routes.
  private(set) var macros: [(text: String, position: YAMLPosition)] = []
  private(set) var problems: [(message: String, remedy: String, position: YAMLPosition)] = []

  /// Routes refer to each other by name, so that a file of some lines can mean any number of them.
  private static let stepLimit = 100_000

  init(pools: Set<String>, hasOtherPools: Bool, named: [String: YAMLNode]) {
    self.pools = pools
    let shown = pools.sorted().prefix(20)
    poolNames =
      shown.isEmpty
      ? "none" : shown.joined(separator: ", ") + (pools.count > shown.count ? ", …" : "")
    self.hasOtherPools = hasOtherPools
    self.named = named
  }

  /// Counts a step; false if there were too many.
  private mutating func step(at node: YAMLNode) -> Bool {
    steps += 1
    if steps == Self.stepLimit {
      problems.append(
        (
          "the routes take more than \(Self.stepLimit) steps, those by name counted each time",
          "name a file with fewer routes; those from here on are not read", node.position
        ))
    }
    return steps < Self.stepLimit
  }

  /// Fields of a route that hold no routes.
  private static let plainFields: Set<String> = [
    "type", "name", "pool", "hash", "hash_func", "salt", "weights", "tags", "failover_errors",
    "rates", "shard_splits", "asynclog", "asynclog_name", "failover_tag", "failover_policy",
    "settings", "max_outstanding", "policies_settings",
  ]

  /// Walks down a value that is a route, or holds some.
  mutating func walk(_ node: YAMLNode, path: String, above: [String] = []) {
    guard step(at: node), above.count < 200 else { return }
    switch node.content {
    case .scalar(let text, _): walk(text, node.position, path, above)
    case .list(let items):
      for (number, item) in items.enumerated() {
        walk(item, path: "\(path)[\(number)]", above: above)
      }
    case .mapping(let fields):
      guard let type = node["type"]?.text else {
        for field in fields { walk(field.value, path: "\(path).\(field.name)", above: above) }
        return
      }
      walk(object: node, type: type, fields, path, above)
    }
  }

  private mutating func walk(
    object node: YAMLNode, type: String, _ fields: [YAMLField], _ path: String, _ above: [String]
  ) {
    switch type {
    case "PoolRoute":
      guard let pool = poolName(node["pool"], at: node.position, path) else { return }
      var hash = MCRouterHash()
      if let given = node["hash"] {
        if let text = given.text { hash.given = text } else { hash.take(given) }
      }
      for name in ["bucketize", "shard_splits", "weights_rv"] where node[name] != nil {
        hash.unknown.append(name)
      }
      choices.append(
        MCRouterChoice(
          type: type, path: path, position: node.position, pools: [pool], hash: hash, above: above))
      for field in fields where field.name == "shadows" {
        walk(field.value, path: "\(path).shadows", above: above + [type])
      }
    case "HashRoute":
      var hash = MCRouterHash()
      hash.take(node)
      addHashRoute(node["children"].map { [$0] } ?? [], hash, node.position, path, above)
    case "Pool":
      if let pool = poolName(node["pool"] ?? node["name"], at: node.position, path) {
        use(pool, above, node.position)
      }
    default:
      for field in fields where !Self.plainFields.contains(field.name) {
        walk(field.value, path: "\(path).\(field.name)", above: above + [type])
      }
    }
  }

  /// A route in short form (`PoolRoute|A`), a name of one, or any other text.
  private mutating func walk(
    _ text: String, _ position: YAMLPosition, _ path: String, _ above: [String]
  ) {
    if let macro = MCRouterMacro.mark(in: text) {
      macros.append((macro, position))
      return
    }
    if let node = named[text] {
      guard open.insert(text).inserted else { return }
      defer { open.remove(text) }
      return walk(node, path: text, above: above)
    }
    guard let bar = text.utf8.firstIndex(of: UInt8(ascii: "|")) else { return }
    let type = String(text[..<bar])
    let rest = String(text[text.utf8.index(after: bar)...])
    switch type {
    case "PoolRoute":
      guard let pool = known(rest, position) else { return }
      choices.append(
        MCRouterChoice(
          type: type, path: path, position: position, pools: [pool], hash: MCRouterHash(),
          above: above))
    case "Pool":
      if let pool = known(rest, position) { use(pool, above, position) }
    case "HashRoute":
      let child = YAMLNode.text(rest, at: position)
      addHashRoute([child], MCRouterHash(), position, path, above)
    default:
      walk(rest, position, path, above + [type])
    }
  }

  // MARK: HashRoute

  private mutating func addHashRoute(
    _ children: [YAMLNode], _ hash: MCRouterHash, _ position: YAMLPosition, _ path: String,
    _ above: [String]
  ) {
    // A route with many weights may be named many times.
    guard hashSizes + hash.size <= Self.largestHashSizes else { return }
    hashSizes += hash.size
    var choice = MCRouterChoice(
      type: "HashRoute", path: path, position: position, pools: [], hash: hash, above: above)
    for child in children { collect(child, into: &choice, path, level: 0) }
    choices.append(choice)
  }

  /// Adds the servers that a child of a HashRoute stands for.
  private mutating func collect(
    _ node: YAMLNode, into choice: inout MCRouterChoice, _ path: String, level: Int
  ) {
    guard step(at: node), level < 200 else { return }
    if let items = node.list {
      for item in items { collect(item, into: &choice, path, level: level + 1) }
    } else if let text = node.text, text.utf8.starts(with: "Pool|".utf8) {
      if let pool = known(String(text.dropFirst(5)), node.position) { choice.pools.append(pool) }
    } else if node["type"]?.text == "Pool" {
      let given = node["pool"] ?? node["name"]
      if let pool = poolName(given, at: node.position, path) { choice.pools.append(pool) }
    } else if let text = node.text, let target = named[text] {
      guard open.insert(text).inserted else { return }
      collect(target, into: &choice, path, level: level + 1)
      open.remove(text)
    } else {
      choice.otherChild = choice.otherChild ?? node.text ?? node["type"]?.text ?? "a route"
      walk(node, path: "\(path).children", above: choice.above + ["HashRoute"])
    }
  }

  // MARK: Pools

  private mutating func use(_ pool: String, _ above: [String], _ position: YAMLPosition) {
    if otherUses[pool] == nil {
      otherUses[pool] = OtherUse(type: above.last ?? "Pool", position: position)
    }
  }

  private mutating func poolName(_ node: YAMLNode?, at position: YAMLPosition, _ path: String)
    -> String?
  {
    guard let node else {
      problems.append(("PoolRoute: pool not found", #"add "pool": "NAME""#, position))
      return nil
    }
    if let text = node.text { return known(text, node.position) }
    // A pool that is written out in the route is listed with the others.
    return node["name"]?.text.flatMap { pools.contains($0) ? $0 : nil }
  }

  private mutating func known(_ name: String, _ position: YAMLPosition) -> String? {
    if let macro = MCRouterMacro.mark(in: name) {
      macros.append((macro, position))
      return nil
    }
    if pools.contains(name) || hasOtherPools { return name }
    problems.append(
      ("Can not read pool: \(name)", "define it in 'pools', which has \(poolNames)", position))
    return nil
  }
}
