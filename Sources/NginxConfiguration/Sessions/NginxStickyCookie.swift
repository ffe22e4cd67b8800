package import Configurations
package import ConsistentHashing
internal import ProxyProfiles

/// The cookie of nginx's `sticky cookie` (1.29.6), or the value that its `sticky route` looks for.
///
/// A server is named by its `route=`, or by the MD5 of its address as nginx prints it.
package struct NginxStickyCookie: CookieKind {
  private let cluster: Cluster
  private let names: [Name]
  package let cookie: String?
  /// Whether the application gives the value, and nginx sets no cookie.
  private let isRoute: Bool

  /// How a server is named.
  private struct Name {
    let text: String
    let isRoute: Bool
    /// The address as nginx prints it.
    let address: String
  }

  /// Prepares for the servers of an upstream.
  ///
  /// - Parameters:
  ///   - cookie: The name of the cookie; nil if it may have any.
  ///   - isRoute: Whether the values are those of `sticky route`.
  package init(_ cluster: Cluster, cookie: String?, isRoute: Bool = false) {
    self.cluster = cluster
    self.cookie = cookie
    self.isRoute = isRoute
    names = cluster.nodes.map { node in
      let peer = (try? NodeAddress(node.address)).flatMap(NginxPeerAddress.init)
      let address = peer?.text ?? node.address
      if let route = node.properties["route"] {
        return Name(text: route, isRoute: true, address: address)
      }
      // `sticky route` knows the servers with a route only.
      guard let peer, !isRoute else { return Name(text: "", isRoute: false, address: address) }
      return Name(text: MD5.text(of: Array(peer.text.utf8)), isRoute: false, address: address)
    }
  }

  package var id: String { isRoute ? "nginx-route" : "nginx-sticky" }
  package var title: String {
    isRoute ? "the value of nginx's sticky route" : "the cookie of nginx's sticky"
  }

  private var consequence: String {
    "nginx ignores it. The method of the upstream chooses a server"
      + (isRoute ? "." : ", and the client gets a new cookie.")
  }

  package func reading(of value: [UInt8]) -> CookieReading {
    guard
      let named = names.firstIndex(where: { !$0.text.isEmpty && value.elementsEqual($0.text.utf8) })
    else { return unknown(value) }
    let node = cluster.nodes[named]
    let name = names[named]
    var reading = CookieReading()
    reading.server = named
    reading.parts = [
      .init(
        "server", value,
        name.isRoute ? "the route of \(node.title)" : "the MD5 of \(name.address)")
    ]
    reading.consequence =
      switch node.state {
      case .up:
        "The request goes to \(node.title), unless it has failed or has max_conns of connections."
      case .drain: "The request goes to \(node.title), which drains and keeps the sessions it has."
      case .down: "\(node.title) is down. " + consequence
      }
    return reading
  }

  private func unknown(_ value: [UInt8]) -> CookieReading {
    if value.isEmpty { return CookieReading(malformedAt: 1, "it is empty", consequence) }
    let hasRoutes = names.contains(where: \.isRoute)
    if !hasRoutes, let difference = differenceFromHex(value, digits: 32, what: "an MD5") {
      return CookieReading(malformedAt: difference.position, difference.problem, consequence)
    }
    var reading = CookieReading()
    reading.defect = .unknownServer
    let missing = names.count { $0.text.isEmpty }
    reading.problem =
      (hasRoutes
        ? "no server has this route" + (isRoute ? "" : ", or an address with this MD5")
        : "no server has an address with this MD5")
      + (missing > 0 && !isRoute
        ? "; \(counted(missing, "server")) with a host name cannot be told, give the addresses with --resolve"
        : "")
    reading.consequence = consequence
    return reading
  }
}

extension NginxStickyCookie {
  /// Prepares for the servers of an upstream with `sticky`, as clusters keep it in the property `sticky`.
  ///
  /// Nil if the cluster has no `sticky`, or `sticky learn`, whose sessions nginx keeps in its memory.
  package init?(_ cluster: Cluster) {
    let words = cluster.properties["sticky"]?.split(separator: " ").map(String.init) ?? []
    switch words.first {
    case "cookie" where words.count > 1: self.init(cluster, cookie: words[1])
    case "route": self.init(cluster, cookie: nil, isRoute: true)
    default: return nil
    }
  }
}
