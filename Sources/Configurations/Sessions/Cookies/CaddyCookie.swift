package import ConsistentHashing

/// The cookie of Caddy's `lb_policy cookie`: the HMAC-SHA256 of the address that is dialled.
package struct CaddyCookie: CookieKind {
  private let cluster: Cluster
  private let hash: KeyedSHA256
  private let hasSecret: Bool

  /// Prepares for the servers of a cluster.
  ///
  /// - Parameter secret: The secret of the policy; empty, as Caddy has it, if none is given.
  package init(_ cluster: Cluster, secret: String?) {
    self.cluster = cluster
    hasSecret = secret?.isEmpty == false
    hash = KeyedSHA256(key: Array((secret ?? "").utf8))
  }

  package var id: String { "caddy" }
  package var title: String { "the cookie of Caddy's lb_policy cookie" }
  package var cookie: String? { nil }

  private static let length = 64
  private static let consequence =
    "Caddy ignores the cookie. The fallback policy chooses a server, and the client gets a new cookie."

  package func reading(of value: [UInt8]) -> CookieReading {
    if let difference = differenceFromHex(value, digits: Self.length, what: "Caddy's cookie") {
      return CookieReading(
        malformedAt: difference.position, difference.problem, Self.consequence)
    }
    var reading = CookieReading()
    let named = cluster.nodes.firstIndex {
      value.elementsEqual(hexText(hash.digest(of: Array($0.address.utf8))).utf8)
    }
    guard let named else {
      reading.defect = .unknownServer
      reading.problem =
        "no server has an address with this HMAC "
        + (hasSecret ? "under the secret" : "without a secret; give Caddy's with --secret")
      reading.consequence = Self.consequence
      return reading
    }
    let node = cluster.nodes[named]
    reading.server = named
    reading.parts = [
      .init(
        "server", value,
        "the HMAC-SHA256 of \(node.address) \(hasSecret ? "under the secret" : "without a secret")")
    ]
    reading.consequence = "Caddy sends the request to \(node.title) while it is available."
    return reading
  }
}
