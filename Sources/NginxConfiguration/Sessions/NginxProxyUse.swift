/// A `server` of a configuration that takes the PROXY protocol, or a line that reads the client's address
/// out of it.
struct NginxProxyUse {
  private(set) var readsRealAddress = false
  private var context = NginxContext.http
  private var line = 0
  private var targets: [String] = []

  /// Finds them in a file.
  static func uses(in file: NginxSyntaxTree) -> [NginxProxyUse] {
    var uses: [NginxProxyUse] = []
    visit(file.items, context: .http, into: &uses)
    return uses
  }

  /// The upstreams that such servers name, with the line of `listen`.
  static func upstreams(_ uses: [NginxProxyUse]) -> [NginxContext: [String: Int]] {
    uses.reduce(into: [:]) { found, use in
      for name in use.targets where found[use.context]?[name] == nil {
        found[use.context, default: [:]][name] = use.line
      }
    }
  }

  private static func statements(_ items: [NginxSyntaxItem]) -> [NginxStatement] {
    items.compactMap { item in
      if case .statement(let statement) = item { statement } else { nil }
    }
  }

  private static func visit(
    _ items: [NginxSyntaxItem], context: NginxContext, into uses: inout [NginxProxyUse]
  ) {
    for statement in statements(items) {
      if statement.name == "set_real_ip_from" {
        var use = NginxProxyUse()
        use.readsRealAddress = true
        uses.append(use)
      }
      guard let block = statement.block else { continue }
      let inner = NginxContext(rawValue: statement.name) ?? context
      if statement.name == "server", let use = server(block, inner) { uses.append(use) }
      visit(block.items, context: inner, into: &uses)
    }
  }

  /// A server that takes the PROXY protocol; nil for others.
  private static func server(_ block: NginxBlock, _ context: NginxContext) -> NginxProxyUse? {
    let listen = statements(block.items).first { statement in
      statement.name == "listen" && statement.arguments.contains { $0.text == "proxy_protocol" }
    }
    guard let listen else { return nil }
    var use = NginxProxyUse()
    use.context = context
    use.line = listen.line
    use.targets = targets(block)
    return use
  }

  /// The names that requests are passed to.
  private static func targets(_ block: NginxBlock) -> [String] {
    statements(block.items).flatMap { (statement) -> [String] in
      if let inner = statement.block { return targets(inner) }
      guard statement.name.hasSuffix("_pass"), let target = statement.arguments.first?.text else {
        return []
      }
      let parts = target.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.count > 2 && parts[0].hasSuffix(":") ? parts[2] : parts[0]
      return [name.lowercased()]
    }
  }
}
