public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

extension HAProxyBackend {
  /// The cluster that this backend describes.
  ///
  /// A node's id is the name of the server. `disabled` becomes the state `down`. `id` and `guid` become
  /// the properties `haproxy-id` and `guid` if the line has them; ids that HAProxy counts are left to the
  /// rule. The other words of the line become properties as well: `backup`, `check`, `maxconn` and so
  /// on. `balance`, `hash-type`, `hash-key` and `option allbackups` become the key and the options of the
  /// placement.
  ///
  /// With `hash-balance-factor` (``hashBalanceFactor``) the load of the servers counts as well. The
  /// cluster says what HAProxy picks while no server is above its share.
  ///
  /// - Parameter hosts: The addresses of host names, which decide which servers are up where HAProxy resolves
  ///   names while it runs, and count for `hash-key addr`.
  /// - Throws: `NoCluster` if the backend does not pick by a key, if HAProxy rejects a part of it, if it
  ///   depends on the environment, or if a server cannot be a node.
  public func cluster(hosts: HostAnswers? = nil) throws(NoCluster) -> PlacedCluster {
    if let flaw { throw notKnown(flaw) }
    guard !servers.isEmpty else {
      throw NoCluster(
        .empty, "\(title) has no servers", remedy: "name a backend that has some",
        location: location)
    }
    guard method.isHash, !method.needsHTTP || mode == .http else { throw notHashed }
    if case .header(_, domainOnly: true) = method {
      throw NoCluster(
        .inexpressible, "\(title) hashes a part of the header (use_domain_only)",
        remedy: "leave use_domain_only out", location: location)
    }
    let placement = try placement
    var properties = properties
    if placement.key == nil, case .expression(let text) = method {
      properties[HAProxyProperty.key] = text
    }
    let servers = try resolved(hosts: hosts)
    do throws(ClusterError) {
      let cluster = try Cluster(
        configured: name, nodes: servers.map(\.node), properties: properties)
      return PlacedCluster(cluster, placement)
    } catch {
      var place = location
      if case .node(let position) = error.subject { place = servers[position].location }
      throw NoCluster(.inexpressible, error.problem, remedy: error.remedy, location: place)
    }
  }

  /// The servers with their properties, also where HAProxy picks them by their state.
  ///
  /// Nil if they are not known in full, or cannot be nodes.
  func pool(hosts: HostAnswers?) -> Cluster? {
    guard flaw == nil, let servers = try? resolved(hosts: hosts) else { return nil }
    return try? Cluster(configured: name, nodes: servers.map(\.node), properties: properties)
  }

  /// The rule that picks as this backend does, with its options.
  private var placement: Placement {
    get throws(NoCluster) {
      if hashType.isConsistent {
        var options = HAProxyConsistentHash.Options()
        options.hashing = hashing
        options.usesAllBackups = usesAllBackups
        options.hashKey = try hashKey
        return Placement(.haproxyConsistent, options, key: key)
      }
      var options = HAProxyMapHash.Options()
      options.hashing = hashing
      options.usesAllBackups = usesAllBackups
      return Placement(.haproxyMap, options, key: key)
    }
  }

  /// The reason why a backend with a flaw has no cluster.
  private func notKnown(_ flaw: ConfigurationProblem) -> NoCluster {
    let isUndecided = flaw.severity == .unknown
    let what =
      isInUndecidedCondition ? "\(title) stands in a condition" : "\(title) is not known in full"
    return NoCluster(
      isUndecided ? .undecided : .rejected, "\(what): \(flaw.message)",
      remedy: flaw.remedy
        ?? (isUndecided ? "write out what it depends on" : "correct it first"),
      location: flaw.location, unknowns: flaw.unknowns)
  }

  private var title: String { "\(kind.rawValue) \(quoted(name))" }

  private var notHashed: NoCluster {
    guard method.isHash else {
      return NoCluster(
        .stateful, "\(title) picks servers by state (balance \(method.name)), not by a key",
        remedy: "name a backend with balance source, uri, url_param, hdr or hash",
        location: location)
    }
    return NoCluster(
      .stateful,
      "\(title) has balance \(method.name), for which HAProxy does round robin in mode "
        + mode.rawValue, remedy: "set mode http", location: location)
  }

  /// The source of the key, if a `KeySource` names it.
  var key: KeySource? {
    switch method {
    case .source: .remoteAddress
    case .uri: .uri
    case .urlParameter(let name): KeySource(single: "arg:\(name)")
    case .header(let name, _): KeySource(single: "header:\(name)")
    case .expression(let expression): Self.key(of: expression)
    default: nil
    }
  }

  /// The key that a sample expression takes.
  ///
  /// Nil for all but the simplest, such as `req.cook(sid)`.
  private static func key(of expression: String) -> KeySource? {
    let forms = [
      "req.cook(": "cookie:", "cook(": "cookie:", "url_param(": "arg:", "urlp(": "arg:",
    ]
    for (form, source) in forms where expression.utf8.starts(with: form.utf8) {
      let rest = Substring(expression.utf8.dropFirst(form.utf8.count))
      guard rest.utf8.last == UInt8(ascii: ")") else { return nil }
      let name = String(rest.dropLast())
      guard !name.utf8.contains(where: { ",()\"'".utf8.contains($0) }) else { return nil }
      return KeySource(single: source + name)
    }
    return nil
  }

  /// How keys are hashed.
  ///
  /// What follows from the key source is left out.
  private var hashing: HAProxyHashing {
    var hashing = HAProxyHashing()
    switch method {
    case .expression, .rdpCookie: hashing.balance = .expression
    case .uri(let part): hashing.uriPart = part
    // A name that cannot be the name of a key source.
    case .urlParameter where key == nil: hashing.balance = .urlParameter
    case .header where key == nil: hashing.balance = .header
    default: break
    }
    hashing.function = hashType.function
    hashing.isAvalanche = hashType.isAvalanche ? true : nil
    return hashing
  }

  /// The `hash-key` that all servers have.
  private var hashKey: HAProxyHashKey {
    get throws(NoCluster) {
      guard let first = servers.first else { return .id }
      if let other = servers.first(where: { $0.hashKey != first.hashKey }) {
        throw NoCluster(
          .inexpressible,
          "servers \(quoted(first.name)) and \(quoted(other.name)) have different hash-keys, "
            + "\(first.hashKey.rawValue) and \(other.hashKey.rawValue)",
          remedy: "write one hash-key for all, on default-server", location: other.location)
      }
      if first.hashKey == .addressAndPort, let other = servers.first(where: \.hasPortOffset) {
        throw NoCluster(
          .inexpressible,
          "the port of server \(quoted(other.name)) counts from the one of the client",
          remedy: "write the port without a sign", location: other.location)
      }
      return first.hashKey
    }
  }

  /// What only HAProxy knows about the backend as a whole.
  private var properties: [String: String] {
    var properties: [String: String] = [:]
    if case .expression(let expression) = method, key == nil {
      properties["haproxy-key"] = expression
    }
    if hashBalanceFactor > 0 { properties["hash-balance-factor"] = "\(hashBalanceFactor)" }
    properties["hash-preserve-affinity"] = hashPreserveAffinity
    properties["redispatch"] = redispatch.map { "\($0)" }
    properties[HAProxyProperty.dynamicKey] = dynamicCookieKey
    for (keyword, choices) in Dictionary(grouping: firstChoices, by: \.keyword) {
      let earlier = properties[keyword].map { [$0] } ?? []
      properties[keyword] = (earlier + choices.map(\.arguments)).joined(separator: "; ")
    }
    return properties
  }
}

extension HAProxyServerLine {
  /// The node that the server becomes.
  fileprivate var node: Node {
    var properties = parameters
    properties["haproxy-id"] = id.map { "\($0)" }
    properties["guid"] = guid
    properties["backup"] = isBackup ? "true" : nil
    return Node(
      id: NodeID(name), address: placed ?? address, weight: Double(weight),
      state: isDisabled ? .down : .up, properties: properties)
  }
}

/// Names of the properties that belong to no single directive.
enum HAProxyProperty {
  /// The sample expression that is the key, where a cluster has no `KeySource` for it.
  static let key = "haproxy-key"

  /// The line `cookie` of a backend, and the value of a server in it.
  static let cookie = "cookie"

  /// `dynamic-cookie-key`.
  static let dynamicKey = "dynamic-cookie-key"
}
