package import ConsistentHashing
internal import ProxyProfiles

/// The cookie of Traefik's sticky sessions.
///
/// It has the first 16 digits of the SHA-256 of the server's URL; a URL itself is accepted as well. The
/// cluster has no scheme, so http, https and h2c are tried. Traefik also accepts hashes of older versions,
/// which are not tried.
package struct TraefikCookie: CookieKind {
  private let cluster: Cluster

  /// Prepares for the servers of a cluster.
  package init(_ cluster: Cluster) {
    self.cluster = cluster
  }

  package var id: String { "traefik" }
  package var title: String { "the cookie of Traefik's sticky sessions" }
  package var cookie: String? { nil }

  private static let schemes = ["http", "https", "h2c"]
  private static let length = 16
  private static let consequence =
    "Traefik ignores the cookie. Another server is chosen, and the client gets a new cookie."

  package func reading(of value: [UInt8]) -> CookieReading {
    for scheme in Self.schemes {
      for (position, node) in cluster.nodes.enumerated() {
        let url = "\(scheme)://\(node.address)"
        let digest = hexText(KeyedSHA256.bytes(SHA256.digest(url.utf8.span)).prefix(8))
        let isURL = value.elementsEqual(url.utf8)
        guard isURL || value.elementsEqual(digest.utf8) else { continue }
        var reading = CookieReading()
        reading.server = position
        reading.parts = [
          .init(
            "server", value, isURL ? "the URL itself" : "the beginning of the SHA-256 of \(url)")
        ]
        reading.consequence = "Traefik sends the request to \(node.title) while it is healthy."
        return reading
      }
    }
    if let difference = differenceFromHex(value, digits: Self.length, what: "Traefik's cookie") {
      return CookieReading(
        malformedAt: difference.position, difference.problem, Self.consequence)
    }
    var reading = CookieReading()
    reading.defect = .unknownServer
    reading.problem = "no server has a URL with this hash"
    reading.consequence = Self.consequence
    return reading
  }
}
