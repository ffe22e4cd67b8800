internal import Configurations
internal import ConsistentHashing

/// The files with which nginx's Lua module places the keys of a cluster: the program, and its table.
struct NginxLuaFiles {
  /// What `balancer_by_lua_file` names.
  let program: EmissionFile
  /// What the program reads.
  let table: EmissionFile

  /// Writes the files.
  ///
  /// - Parameters:
  ///   - placed: The cluster.
  ///   - key: The variable with the key, without its `$`.
  ///   - path: The path by which nginx finds a file.
  init(
    _ placed: PlacedCluster, key: String, path: (EmissionFile) -> String
  ) throws(EmissionError) {
    let routing = try NginxRouting(placed, engine: .lua)
    let table = try NginxLuaTable(routing.selector, members: routing.members)
    var lines: [String] = []
    for position in routing.members {
      let node = placed.nodes[position]
      lines.append(
        node.isAvailable
          ? try NginxLuaMember(node, at: position).line : NginxLuaMember.down)
    }
    let file = EmissionFile(of: placed.name, kind: "table", bytes: table.bytes)
    let settings =
      [
        ("cluster", NginxLuaText.quoted(placed.name.utf8)),
        ("key", NginxLuaText.quoted(key.utf8)),
        ("table", NginxLuaText.quoted(path(file).utf8)),
        ("size", "\(table.bytes.count)"),
        ("digest", NginxLuaText.unsigned(XXH3().hash(table.bytes.span))),
      ] + table.settings
    let body = Self.body(settings, lines, algorithm: Self.algorithm(routing.rule))
    self.table = file
    program = EmissionFile(
      of: placed.name, kind: "lua", bytes: Array((Self.head(placed.name, body) + body).utf8))
  }

  /// What runs with each request: it asks for what the rest has made.
  ///
  /// - Parameter body: The rest, whose number is in the name.
  private static func head(_ cluster: String, _ body: String) -> String {
    let name = "chash \(cluster) \(String(XXH3.hash(body), radix: 16))"
    return """
      -- Written by chash generate nginx --engine lua. The name of this file has a number of its contents:
      -- write it again instead of changing it.
      local name = \(NginxLuaText.quoted(name.utf8))

      -- nginx runs this file with each request, and keeps what it returns nowhere.
      local route = package.loaded[name]
      if route then return route() end


      """
  }

  private static func body(
    _ settings: [(name: String, value: String)], _ members: [String], algorithm: String
  ) -> String {
    var text = "local settings = {\n"
    for (name, value) in settings { text += "  \(name) = \(value),\n" }
    text +=
      "}\n\n-- A line for each member, in the order of their ids: port, max_fails, fail_timeout and "
    text += "address. Those that\n-- are down keep their numbers.\nlocal members = \"\\\n"
    for line in members {
      // Without the quotes.
      text += NginxLuaText.quoted(line.utf8).dropFirst().dropLast() + "\\\n"
    }
    return text + "\"\n\n" + NginxLuaProgram.start + algorithm + "\n" + NginxLuaProgram.end + "\n"
  }

  private static func algorithm(_ rule: PlacementRule) -> String {
    switch rule.name {
    case PlacementRule.ketama.name: NginxLuaAlgorithm.ketama
    case PlacementRule.jump.name: NginxLuaAlgorithm.jump
    case PlacementRule.maglev.name: NginxLuaAlgorithm.maglev
    default: NginxLuaAlgorithm.rendezvous
    }
  }
}
