internal import ConsistentHashing

/// What in a configuration loses sessions, or tells clients where servers are.
package struct SessionFinding: Hashable, Sendable {
  /// What is found; the raw value is the name of the section of `docs/lint.md` about it.
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The session cookie of an application is hashed.
    case sessionCookieKey = "session-cookie-key"
    /// A change of the list of servers moves most keys.
    case mostKeysMove = "most-keys-move"
    /// The places of servers follow from their order in the file.
    case placesByOrder = "places-by-order"
    /// All clients have the address of the proxy in front.
    case proxyAddressKey = "proxy-address-key"
    /// A cookie tells the address of a server.
    case addressInCookie = "address-in-cookie"
    /// A server has no name for cookies, so that its sessions are not kept.
    case serverWithoutCookie = "server-without-cookie"
    /// Anybody can compute the names of servers in cookies.
    case noSecret = "no-secret"
    /// Routers have different servers under one name.
    case listsDiffer = "lists-differ"
  }

  /// What is found.
  package let kind: Kind
  /// Where it is.
  package let location: ConfigurationLocation
  /// What happens, with the name of the part; without a full stop.
  package let problem: String
  /// What to do about it.
  package let remedy: String

  /// Describes a finding.
  package init(
    _ kind: Kind, _ location: ConfigurationLocation, _ problem: String, remedy: String
  ) {
    self.kind = kind
    self.location = location
    self.problem = problem
    self.remedy = remedy
  }

  /// The page and the section about it.
  package var section: String { "docs/lint.md#\(kind.rawValue)" }
}

extension ConfigurationReading {
  /// The findings of all parts, and those about several parts of one name, in the order of the parts.
  package var findings: [SessionFinding] {
    var findings: [SessionFinding] = []
    var first: [String: ConfiguredCluster] = [:]
    for part in clusters {
      findings += part.findings
      let key = "\(part.kind) \(part.context ?? "") \(part.name)"
      guard let other = first[key] else {
        first[key] = part
        continue
      }
      guard let pool = part.pool, let otherPool = other.pool else { continue }
      let (here, there) = (pool.servers, otherPool.servers)
      guard here != there else { continue }
      let difference = Set(here).symmetricDifference(there).sorted().prefix(3)
      findings.append(
        SessionFinding(
          .listsDiffer, part.location,
          "\(part.kind) \(part.name) has other servers than in \(other.location) "
            + "(\(difference.joined(separator: ", "))), so that two routers send a session to two servers",
          remedy: "give both routers one list"))
    }
    return findings
  }
}

extension Cluster {
  /// The servers as texts, sorted: address, weight, and state.
  fileprivate var servers: [String] {
    nodes.map { node in
      let weight = node.weight == 1 ? "" : " weight \(node.weight)"
      return node.address + weight + (node.state == .up ? "" : " \(node.state.rawValue)")
    }.sorted()
  }
}
