public import ConsistentHashing

extension HAProxyBackend {
  /// Why a backend has no cluster.
  public struct NotHashed: Error, Hashable, Sendable {
    /// What is wrong, naming the backend or server.
    public let problem: String
    /// What to do about it.
    public let remedy: String
    /// Where.
    public let location: HAProxyLocation
  }

  /// The name of the algorithm that picks as this backend does; nil if it picks by state and not by a
  /// key.
  public var algorithm: String? {
    guard method.isHash, !method.needsHTTP || mode == .http else { return nil }
    return hashType.isConsistent ? "haproxy-consistent" : "haproxy-map"
  }

  /// The cluster that this backend is.
  ///
  /// A node's id is the name of the server. `disabled` becomes the state `down`; `id`, `guid` and
  /// `backup` become the properties `haproxy-id`, `guid` and `backup`, of servers that have them:
  /// ids that HAProxy counts out are left to the algorithm. `balance`, `hash-type`, `hash-key` and
  /// `option allbackups` become the key and the options of the algorithm.
  ///
  /// Load decides as well where `hash-balance-factor` is set (``hashBalanceFactor``); the cluster says
  /// what HAProxy picks while no server is above its share.
  ///
  /// - Throws: ``NotHashed`` if the backend does not pick by a key, or not by one that can be named, if
  ///   HAProxy rejects a part of it or it depends on the environment, or if a server cannot be a node.
  public func cluster() throws(NotHashed) -> Cluster {
    if let flaw {
      throw NotHashed(
        problem: "\(kind.rawValue) \(quoted(name)) is not known in full: \(flaw.message)",
        remedy: flaw.remedy ?? (flaw.severity == .unknown ? "write it out" : "mend it first"),
        location: flaw.location)
    }
    guard let algorithm else { throw notHashed }
    if case .header(_, domainOnly: true) = method {
      throw NotHashed(
        problem: "\(kind.rawValue) \(quoted(name)) hashes a part of the header (use_domain_only)",
        remedy: "leave use_domain_only out", location: location)
    }
    let options = try options
    do {
      return try Cluster(
        name: name, nodes: servers.map(\.node), algorithm: algorithm, key: key, options: options,
        allowsRepeatedAddresses: true)
    } catch {
      var place = location
      if case .node(let position) = error.subject { place = servers[position].location }
      throw NotHashed(problem: error.problem, remedy: error.remedy, location: place)
    }
  }

  private var notHashed: NotHashed {
    let title = "\(kind.rawValue) \(quoted(name))"
    guard method.isHash else {
      return NotHashed(
        problem: "\(title) picks servers by state (balance \(method.name)), not by a key",
        remedy: "name a backend with balance source, uri, url_param, hdr or hash",
        location: location)
    }
    return NotHashed(
      problem: "\(title) has balance \(method.name), for which HAProxy does round robin in mode "
        + mode.rawValue, remedy: "set mode http", location: location)
  }

  /// Where the key is, as far as there are words for it.
  private var key: KeySource? {
    switch method {
    case .source: .remoteAddress
    case .uri: .uri
    case .urlParameter(let name): KeySource("arg:\(name)")
    case .header(let name, _): KeySource("header:\(name)")
    case .expression(let expression): Self.key(of: expression)
    default: nil
    }
  }

  /// The key that a sample expression takes; nil for all but the plainest, such as `req.cook(sid)`.
  private static func key(of expression: String) -> KeySource? {
    let forms = [
      "req.cook(": "cookie:", "cook(": "cookie:", "url_param(": "arg:", "urlp(": "arg:",
    ]
    for (form, source) in forms where expression.utf8.starts(with: form.utf8) {
      let rest = Substring(expression.utf8.dropFirst(form.utf8.count))
      guard rest.utf8.last == UInt8(ascii: ")") else { return nil }
      let name = String(rest.dropLast())
      guard !name.utf8.contains(where: { ",()\"'".utf8.contains($0) }) else { return nil }
      return KeySource(source + name)
    }
    return nil
  }

  private var options: [String: String] {
    get throws(NotHashed) {
      var options: [String: String] = [:]
      switch method {
      case .expression, .rdpCookie: options["balance"] = "hash"
      case .uri(let rule):
        options["uri-whole"] = rule.isWhole ? "on" : nil
        options["uri-path-only"] = rule.isPathOnly ? "on" : nil
        options["uri-len"] = rule.length.map { "\($0)" }
        options["uri-depth"] = rule.depth.map { "\($0)" }
      // A name that is no key's name.
      case .urlParameter where key == nil: options["balance"] = "url_param"
      case .header where key == nil: options["balance"] = "hdr"
      default: break
      }
      options["hash"] = hashType.function?.rawValue
      options["avalanche"] = hashType.isAvalanche ? "on" : nil
      options["allbackups"] = usesAllBackups ? "on" : nil
      if hashType.isConsistent, let hashKey = try hashKey, hashKey != .id {
        options["hash-key"] = hashKey.rawValue
      }
      return options
    }
  }

  /// The `hash-key` that all servers have.
  private var hashKey: HAProxyServerLine.HashKey? {
    get throws(NotHashed) {
      guard let first = servers.first else { return nil }
      if let other = servers.first(where: { $0.hashKey != first.hashKey }) {
        throw NotHashed(
          problem:
            "servers \(quoted(first.name)) and \(quoted(other.name)) have different hash-keys, "
            + "\(first.hashKey.rawValue) and \(other.hashKey.rawValue)",
          remedy: "write one hash-key for all, on default-server", location: other.location)
      }
      if first.hashKey == .addressAndPort, let other = servers.first(where: \.hasPortOffset) {
        throw NotHashed(
          problem: "the port of server \(quoted(other.name)) counts from the one of the client",
          remedy: "write the port without a sign", location: other.location)
      }
      return first.hashKey
    }
  }
}

extension HAProxyServerLine {
  /// The node that the server is.
  fileprivate var node: Node {
    var properties: [String: String] = [:]
    properties["haproxy-id"] = id.map { "\($0)" }
    properties["guid"] = guid
    properties["backup"] = isBackup ? "true" : nil
    return Node(
      id: NodeID(name), address: placed ?? address, weight: Double(weight),
      state: isDisabled ? .down : .up, properties: properties)
  }
}
