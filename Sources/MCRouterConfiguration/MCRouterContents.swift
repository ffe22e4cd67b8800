internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// What a configuration says: its pools, and the parts that its routes make of them.
struct MCRouterContents {
  let file: String
  private var pools: [MCRouterPool] = []
  /// The positions of the pools.
  private var places: [String: Int] = [:]
  private(set) var parts: [ConfiguredCluster] = []
  private(set) var problems: [ConfigurationProblem] = []
  /// The servers of all parts, which is limited: many routes times many servers is more than the size of
  /// either.
  private var placedServers = 0
  private static let mostPlacedServers = 1_000_000
  private var poolsElsewhere: (text: String, position: YAMLPosition)?

  init(file: String) {
    self.file = file
  }

  mutating func read(_ root: YAMLNode) {
    guard root.fields != nil else {
      return add("Config is not an object", #"write { "pools": …, "route": … }"#, root.position)
    }
    readPools(root)
    var named: [String: YAMLNode] = [:]
    if let handles = root["named_handles"] {
      for field in handles.fields ?? [] { named[field.name] = field.value }
      for item in handles.list ?? [] {
        if let name = item["name"]?.text { named[name] = item }
      }
    }
    for node in ["route", "routes", "named_handles"].compactMap({ root[$0] }) {
      collectPools(node)
      collectNames(node, into: &named)
    }
    var walk = MCRouterWalk(
      pools: Set(pools.map(\.name)), hasOtherPools: poolsElsewhere != nil, named: named)
    readRoutes(root, &walk)
    for problem in walk.problems { add(problem.message, problem.remedy, problem.position) }
    makeParts(walk)
  }

  private mutating func add(_ message: String, _ remedy: String?, _ position: YAMLPosition) {
    problems.append(
      ConfigurationProblem(
        severity: .error, message: message, remedy: remedy, location: location(position)))
  }

  func location(_ position: YAMLPosition) -> ConfigurationLocation {
    ConfigurationLocation(file: file, line: position.line)
  }

  // MARK: Pools and routes

  private mutating func readPools(_ root: YAMLNode) {
    guard let node = root["pools"] else { return }
    if let text = node.text, let macro = MCRouterMacro.mark(in: text) {
      poolsElsewhere = (macro, node.position)
      return
    }
    guard let fields = node.fields else {
      return add("config: 'pools' is not an object", #"write { "NAME": … }"#, node.position)
    }
    for field in fields {
      take(MCRouterPool(name: field.name, position: field.position, field.value))
    }
  }

  /// Takes pools that are written out in routes: objects with a name and servers.
  private mutating func collectPools(_ node: YAMLNode) {
    for item in node.list ?? [] { collectPools(item) }
    for field in node.fields ?? [] {
      if field.value["servers"] != nil, let name = field.value["name"]?.text {
        take(MCRouterPool(name: name, position: field.value.position, field.value))
      } else {
        collectPools(field.value)
      }
    }
  }

  /// Takes the first pool of a name, which is the one that mcrouter keeps.
  private mutating func take(_ pool: MCRouterPool) {
    guard places[pool.name] == nil else { return }
    places[pool.name] = pools.count
    pools.append(pool)
    if let flaw = pool.flaw, flaw.reason == .rejected {
      add(flaw.problem, flaw.remedy, flaw.position)
    }
  }

  /// Takes routes that have a name where they stand.
  private func collectNames(_ node: YAMLNode, into named: inout [String: YAMLNode]) {
    for item in node.list ?? [] { collectNames(item, into: &named) }
    for field in node.fields ?? [] { collectNames(field.value, into: &named) }
    if let name = node["name"]?.text, node["type"]?.text != nil, node["servers"] == nil,
      named[name] == nil
    {
      named[name] = node
    }
  }

  private mutating func readRoutes(_ root: YAMLNode, _ walk: inout MCRouterWalk) {
    let route = root["route"]
    let routes = root["routes"]
    if let routes, route != nil {
      add(
        "Invalid config: both 'route' and 'routes' are specified", "keep one", routes.position)
    }
    guard route != nil || routes != nil else {
      return add("No route/routes in config", #"add "route": "PoolRoute|NAME""#, root.position)
    }
    if let route { walk.walk(route, path: "route") }
    for field in routes?.fields ?? [] { walk.walk(field.value, path: field.name) }
    for (number, item) in (routes?.list ?? []).enumerated() {
      guard let child = item["route"] else {
        add("RoutePolicy: no route", #"add "route": "PoolRoute|NAME""#, item.position)
        continue
      }
      guard let aliases = item["aliases"]?.list else {
        add("RoutePolicy: no aliases", #"add "aliases": [ "/region/cluster/" ]"#, item.position)
        continue
      }
      walk.walk(child, path: aliases.first?.text ?? "routes[\(number)]")
    }
  }

  // MARK: Parts

  private mutating func makeParts(_ walk: MCRouterWalk) {
    var names = pools.map(\.name)
    // Pools from another place have a name, and nothing else is known.
    var known = Set(names)
    var choices: [String: [MCRouterChoice]] = [:]
    for choice in walk.choices {
      for name in choice.pools where known.insert(name).inserted { names.append(name) }
      if choice.pools.count == 1 { choices[choice.pools[0], default: []].append(choice) }
    }
    let used = Set(walk.choices.lazy.flatMap(\.pools))
    for name in names {
      let choices = distinct(choices[name] ?? [])
      if !used.contains(name) { parts.append(unusedPart(name, walk)) }
      for choice in choices {
        parts.append(part(choice, name: name, context: choices.count > 1 ? choice.path : nil))
      }
    }
    for choice in distinct(walk.choices.filter { $0.pools.count != 1 }) {
      parts.append(part(choice, name: choice.path, context: nil))
    }
    var said = Set(problems)
    for part in parts {
      guard case .failure(let error) = part.result, error.reason == .rejected else { continue }
      let problem = ConfigurationProblem(
        severity: .error, message: error.problem, remedy: error.remedy, location: error.location)
      if said.insert(problem).inserted { problems.append(problem) }
    }
  }

  /// The first choice of each kind.
  private func distinct(_ choices: [MCRouterChoice]) -> [MCRouterChoice] {
    var seen: Set<String> = []
    return choices.filter { seen.insert($0.signature).inserted }
  }

  private func pool(_ name: String) -> MCRouterPool? { places[name].map { pools[$0] } }

  /// The part for a pool that no route hashes.
  private func unusedPart(_ name: String, _ walk: MCRouterWalk) -> ConfiguredCluster {
    let pool = pool(name)
    let place = location(pool?.position ?? YAMLPosition(line: 1, column: 1))
    let error: NoCluster
    if let flaw = pool?.flaw {
      error = NoCluster(
        flaw.reason, flaw.problem, remedy: flaw.remedy, location: location(flaw.position))
    } else if let use = walk.otherUses[name] {
      error = NoCluster(
        .stateful,
        "pool \(quoted(name)) is used by \(use.type) in line \(use.position.line), which does not "
          + "place keys", remedy: "name a pool under PoolRoute or HashRoute", location: place)
    } else if let macro = walk.macros.first {
      error = NoCluster(
        .undecided,
        "no route in sight uses pool \(quoted(name)), but \(macro.text) may stand for one",
        remedy: MCRouterReader.preprocessed, location: location(macro.position))
    } else {
      error = NoCluster(
        .stateful, "no route places keys on pool \(quoted(name))",
        remedy: "name a pool under PoolRoute or HashRoute", location: place)
    }
    let count = pool?.servers.count ?? 0
    return ConfiguredCluster(
      kind: "pool", name: name, summary: count == 1 ? "1 server" : "\(count) servers",
      location: place, nodeLocations: [], result: .failure(error))
  }

  private mutating func part(_ choice: MCRouterChoice, name: String, context: String?)
    -> ConfiguredCluster
  {
    let used = choice.pools.compactMap { pool($0) }
    placedServers += used.reduce(0) { $0 + $1.servers.count }
    guard placedServers <= Self.mostPlacedServers else {
      return ConfiguredCluster(
        kind: "pool", name: name, context: context, summary: choice.type,
        location: location(choice.position), nodeLocations: [],
        result: .failure(
          NoCluster(
            .inexpressible,
            "the routes above place keys on more than \(Self.mostPlacedServers) servers, pools counted "
              + "as often as they are used", remedy: "name a file with fewer routes",
            location: location(choice.position))))
    }
    let builder = MCRouterPart(
      choice: choice, name: name, pools: used, elsewhere: poolsElsewhere, file: file)
    return builder.configured(context: context, location: location(choice.position))
  }
}
