internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// What routes hash: the `hash_policy` of each route to a cluster.
struct EnvoyHashPolicies {
  /// One way to take a hash from a request.
  struct Item: Hashable {
    /// The way in words, such as `header x-user`.
    let text: String
    let source: KeySource?
    /// Whether the items behind it count only where this one finds nothing.
    let isTerminal: Bool
  }

  /// The different lists of items of routes to each cluster; an empty list for a route without any.
  private var lists: [String: [[Item]]] = [:]
  private var known: [String: Set<[Item]>] = [:]

  /// The lists for a cluster, in the order of its routes.
  func lists(for cluster: String) -> [[Item]] { lists[cluster] ?? [] }

  /// Finds all routes in a value.
  mutating func collect(_ node: YAMLNode, under name: String = "") {
    for item in node.list ?? [] { collect(item, under: name) }
    guard let fields = node.fields else { return }
    let message = EnvoyMessage(node)
    let clusters = Self.clusters(of: message)
    let isRoute =
      name == "route" || message.text("@type")?.hasSuffix(".TcpProxy") == true
      || message["hash_policy"] != nil
    if isRoute, !clusters.isEmpty {
      let items = message.messages("hash_policy").map(Self.item)
      for cluster in clusters where known[cluster, default: []].insert(items).inserted {
        lists[cluster, default: []].append(items)
      }
    }
    for field in fields { collect(field.value, under: field.name) }
  }

  private static func clusters(of route: EnvoyMessage) -> [String] {
    if let name = route.text("cluster") { return [name] }
    let weighted = route.message("weighted_clusters")?.messages("clusters") ?? []
    return weighted.compactMap { $0.text("name") }
  }

  /// Reads an item of `hash_policy`.
  static func item(_ message: EnvoyMessage) -> Item {
    let isTerminal = message.flag("terminal")
    if let header = message.message("header") {
      let name = header.text("header_name") ?? ""
      let isRewritten = header["regex_rewrite"] != nil
      let source = name == ":path" ? KeySource.uri : KeySource(single: "header:\(name)")
      return Item(
        text: "header \(name)" + (isRewritten ? " under regex_rewrite" : ""),
        source: isRewritten || (name.hasPrefix(":") && name != ":path") ? nil : source,
        isTerminal: isTerminal)
    }
    if let cookie = message.message("cookie") {
      let name = cookie.text("name") ?? ""
      return Item(
        text: "cookie \(name)", source: KeySource(single: "cookie:\(name)"), isTerminal: isTerminal)
    }
    if let parameter = message.message("query_parameter") {
      let name = parameter.text("name") ?? ""
      return Item(
        text: "query_parameter \(name)", source: KeySource(single: "arg:\(name)"),
        isTerminal: isTerminal)
    }
    if message.message("connection_properties")?.flag("source_ip") == true
      || message["source_ip"] != nil
    {
      return Item(text: "source_ip", source: .remoteAddress, isTerminal: isTerminal)
    }
    let name = message.node.fields?.first { $0.name != "terminal" }?.name ?? "hash_policy"
    let key = message.message(name)?.text("key").map { " \($0)" } ?? ""
    return Item(text: name + key, source: nil, isTerminal: isTerminal)
  }
}

/// Where the keys of a cluster come from.
struct EnvoyKey {
  private(set) var source: KeySource?
  private(set) var expression: KeyExpression?
  private(set) var remarks: [String] = []

  init(_ lists: [[EnvoyHashPolicies.Item]]) {
    let hashing = lists.filter { !$0.isEmpty }
    if hashing.count < lists.count {
      remarks.append(
        hashing.isEmpty
          ? "No route to the cluster has a hash_policy: Envoy picks hosts at random."
          : "A route to the cluster has no hash_policy: Envoy picks hosts for it at random.")
    }
    guard let items = hashing.first, let first = items.first else { return }
    guard hashing.count == 1 else {
      let texts = hashing.map { $0.map(\.text).joined(separator: " and ") }
      expression = KeyExpression(
        texts.joined(separator: "; "), values: "which differs from route to route")
      return
    }
    if items.count == 1 || first.isTerminal {
      source = first.source
      if first.source == nil { expression = KeyExpression(first.text) }
    } else {
      expression = KeyExpression(
        items.map(\.text).joined(separator: " and "),
        values: "of which a request should have one only, as Envoy combines the hashes of several")
    }
    if items.count > 1, first.isTerminal {
      let others = items.dropFirst().map(\.text).joined(separator: " and ")
      remarks.append("Requests without \(first.text) are hashed by \(others).")
    }
  }
}
