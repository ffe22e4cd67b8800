internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// Reads pools out of a tree of values, and collects what twemproxy refuses.
struct TwemproxyWalk {
  let file: String
  private(set) var pools: [TwemproxyPool] = []
  private(set) var problems: [ConfigurationProblem] = []

  init(file: String) {
    self.file = file
  }

  mutating func read(_ documents: [YAMLNode]) {
    guard documents.count == 1, let root = documents.first else {
      let second = documents.dropFirst().first
      return add(
        "the file must contain only 1 document; found \(documents.count) documents",
        "keep one", at: second?.position)
    }
    guard let fields = root.fields else {
      return add("the file has no pools", "write 'NAME:' and its directives", at: root.position)
    }
    for field in fields { read(pool: field) }
    comparePools()
  }

  private mutating func add(
    _ message: String, _ remedy: String?, at position: YAMLPosition?
  ) {
    problems.append(
      ConfigurationProblem(
        severity: .error, message: message, remedy: remedy,
        location: ConfigurationLocation(file: file, line: position?.line ?? 1)))
  }

  private func location(_ position: YAMLPosition) -> ConfigurationLocation {
    ConfigurationLocation(file: file, line: position.line)
  }

  // MARK: A pool

  private mutating func read(pool field: YAMLField) {
    let first = problems.count
    var pool = TwemproxyPool(name: field.name, location: location(field.position))
    if let fields = field.value.fields {
      readDirectives(fields, of: &pool)
      if problems.count == first { check(&pool, at: field.position) }
    } else {
      add("pool \(quoted(field.name)) has no directives", "write them below it", at: field.position)
    }
    pool.flaw = problems.count > first ? problems[first] : nil
    pools.append(pool)
  }

  private mutating func readDirectives(_ fields: [YAMLField], of pool: inout TwemproxyPool) {
    var seen: Set<TwemproxyDirective> = []
    var lists = 0
    for field in fields {
      var values: [YAMLNode] = [field.value]
      if let items = field.value.list {
        values = items
        lists += 1
        if lists == 2 {
          add(
            "pool \(quoted(pool.name)) has more than one list", "keep 'servers:'",
            at: field.position)
        }
      }
      for value in values {
        guard case .scalar(let text, _) = value.content else {
          add(
            "directive \(quoted(field.name)) has a value with more levels than twemproxy takes",
            "write one value", at: value.position)
          continue
        }
        read(field.name, text, at: value.position, &seen, &pool)
      }
    }
    if lists == 0 {
      let last = fields.last?.position
      add("pool \(quoted(pool.name)) has no list of servers", "add 'servers:' and a list", at: last)
    }
  }

  private mutating func read(
    _ name: String, _ value: String, at position: YAMLPosition,
    _ seen: inout Set<TwemproxyDirective>, _ pool: inout TwemproxyPool
  ) {
    guard let directive = TwemproxyDirective(rawValue: name) else {
      return add(
        "directive \(quoted(name)) is unknown",
        "twemproxy has " + TwemproxyDirective.allCases.map(\.rawValue).joined(separator: ", "),
        at: position)
    }
    if directive == .servers {
      do {
        pool.servers.append(try TwemproxyServerLine(value, location: location(position)))
      } catch {
        add("server \(quoted(value)) \(error.message)", error.remedy, at: position)
      }
      return
    }
    guard seen.insert(directive).inserted else {
      return add("directive \(quoted(name)) is a duplicate", "keep one", at: position)
    }
    if let complaint = directive.complaint(about: value) {
      return add(
        "directive \(quoted(name)) \(complaint.message): \(quoted(value))", complaint.remedy,
        at: position)
    }
    switch directive {
    case .hash: pool.hash = value
    case .hashTag: pool.hashTag = value
    case .distribution:
      pool.distribution = TwemproxyPool.Distribution(rawValue: value) ?? .ketama
    case .redisAuth: pool.hasPassword = true
    default: pool.settings[name] = value
    }
  }

  /// Checks what belongs to a pool as a whole.
  private mutating func check(_ pool: inout TwemproxyPool, at position: YAMLPosition) {
    if pool.settings["listen"] == nil {
      add(
        "pool \(quoted(pool.name)) has no 'listen'", "add 'listen: 127.0.0.1:22121'", at: position)
    }
    if pool.settings["server_connections"].flatMap({ TwemproxyNumber.value($0.utf8) }) == 0 {
      add("directive 'server_connections' cannot be 0", "write a number from 1", at: position)
    }
    if pool.hasPassword, pool.settings["redis"] != "true" {
      add(
        "directive 'redis_auth' is only valid for a redis pool", "add 'redis: true'", at: position)
    }
    guard !pool.servers.isEmpty else {
      return add("pool \(quoted(pool.name)) has no servers", "list one", at: position)
    }
    var names: Set<NodeID> = []
    for server in pool.servers where !names.insert(NodeID(server.hashedName)).inserted {
      problems.append(
        ConfigurationProblem(
          severity: .error,
          message: "pool \(quoted(pool.name)) has servers with the same name "
            + quoted(server.hashedName), remedy: "give each server a name of its own",
          location: server.location))
      return
    }
  }

  /// Checks what pools must not share.
  private mutating func comparePools() {
    var names: Set<NodeID> = []
    var addresses: [NodeID: String] = [:]
    for (index, pool) in pools.enumerated() {
      let first = problems.count
      let position = YAMLPosition(line: pool.location.line, column: 1)
      if let address = pool.settings["listen"] {
        if let other = addresses[NodeID(address)] {
          add(
            "pools \(quoted(other)) and \(quoted(pool.name)) have the same listen address "
              + quoted(address), "give each pool its own", at: position)
        } else {
          addresses[NodeID(address)] = pool.name
        }
      }
      if !names.insert(NodeID(pool.name)).inserted {
        add("two pools have the name \(quoted(pool.name))", "rename one", at: position)
      }
      if pools[index].flaw == nil, problems.count > first {
        pools[index].flaw = problems[first]
      }
    }
  }
}
