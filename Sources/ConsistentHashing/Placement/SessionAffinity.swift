/// How routers keep a session on its server: the settings of ``KeySource/session(_:)``.
///
/// The router gives each new client an id of its own, hashes the id from the first request on, and
/// keeps it in a cookie. The application needs no change, and the key exists before its session does.
public struct SessionAffinity: Hashable, Sendable {
  /// What decides where the next request of a session goes.
  public enum Follow: String, CaseIterable, Hashable, Sendable {
    /// The cookie names the server that answered. The hash places new sessions, and those whose server
    /// is gone. Servers that are added or removed move no other session.
    case server
    /// The cookie names the list of servers by which its session was placed, and routers go on placing it
    /// by that list. The hash alone decides where a session is, and newer lists move none.
    case list
    /// The cookie has the id alone, and the hash places every request. A change of the list moves
    /// the sessions whose keys move.
    case key
  }

  /// The attribute `SameSite` of the cookie.
  public enum SameSite: String, CaseIterable, Hashable, Sendable {
    /// Requests from other sites have the cookie only when a link leads here.
    case lax
    /// Requests from other sites never have the cookie.
    case strict
    /// Requests from other sites have the cookie, for pages that are embedded. Browsers require TLS.
    case none
  }

  /// Whether browsers send the cookie over TLS only.
  public enum Secure: String, CaseIterable, Hashable, Sendable {
    /// If the request that gets the cookie came over TLS.
    case auto
    /// Always, also if the router does not see TLS because something in front of it ends TLS.
    case always = "true"
    /// Never.
    case never = "false"
  }

  /// The name of the cookie.
  public let cookie: String
  /// What decides where the next request goes.
  public let follow: Follow
  /// For how many seconds after its last request a client keeps the cookie.
  ///
  /// Nil if it ends with the browser.
  public let lifetime: Int?
  /// The attribute `SameSite`.
  public let sameSite: SameSite
  /// Whether browsers send the cookie over TLS only.
  public let secure: Secure
  /// The attribute `Path`: the cookie is sent with requests below it.
  public let path: String
  /// The attribute `Domain`.
  ///
  /// Nil if the cookie is for the host of the request alone.
  public let domain: String?
  /// The request header in which the application gets the id.
  public let header: String
  /// The key of a request without the cookie, for clients that keep no cookies.
  ///
  /// Nil if each such request has a new id, and so goes anywhere.
  public let fallback: Fallback?
  /// What the names of servers in cookies are made with.
  ///
  /// Nil if anybody who guesses the id of a node can compute its name.
  public let secret: String?

  /// The key of a request without the cookie.
  public enum Fallback: Hashable, Sendable {
    /// The value of a query argument.
    case argument(String)
    /// The value of a request header.
    case header(String)
    /// The address of the client.
    case remoteAddress
  }

  /// The settings that are used where nothing is said.
  public static let standard = SessionAffinity(standard: ())

  private init(standard: Void) {
    cookie = "route"
    follow = .server
    lifetime = nil
    sameSite = .lax
    secure = .auto
    path = "/"
    domain = nil
    header = "X-Route-Id"
    fallback = nil
    secret = nil
  }

  /// Checks settings.
  ///
  /// - Parameters:
  ///   - cookie: A name as RFC 6265 has it.
  ///   - follow: What decides where the next request goes.
  ///   - lifetime: Seconds, ``lifetimes``; nil until the browser ends.
  ///   - sameSite: The attribute `SameSite`.
  ///   - secure: Whether browsers send the cookie over TLS only.
  ///   - path: An absolute path of a URI.
  ///   - domain: A host name.
  ///   - header: The name of a request header.
  ///   - fallback: The key of a request without the cookie, which ``Follow/key`` does not have.
  ///   - secret: At least ``shortestSecret`` bytes.
  /// - Throws: ``ClusterError`` with the subject `option("session.FIELD")`.
  public init(
    cookie: String = standard.cookie, follow: Follow = .server, lifetime: Int? = nil,
    sameSite: SameSite = .lax, secure: Secure = .auto, path: String = standard.path,
    domain: String? = nil, header: String = standard.header, fallback: Fallback? = nil,
    secret: String? = nil
  ) throws(ClusterError) {
    self.cookie = cookie
    self.follow = follow
    self.lifetime = lifetime
    self.sameSite = sameSite
    self.secure = secure
    self.path = path
    self.domain = domain
    self.header = header
    self.fallback = fallback
    self.secret = secret
    try check()
  }
}

extension SessionAffinity {
  /// The same settings without the secret.
  package var withoutSecret: Self { Self(copying: self, secret: nil) }

  private init(copying other: Self, secret: String?) {
    cookie = other.cookie
    follow = other.follow
    lifetime = other.lifetime
    sameSite = other.sameSite
    secure = other.secure
    path = other.path
    domain = other.domain
    header = other.header
    fallback = other.fallback
    self.secret = secret
  }
}

extension SessionAffinity.Fallback {
  /// The fallback that a key source names.
  ///
  /// Nil for a source that needs a cookie, or that has another value with each request.
  public init?(_ source: KeySource) {
    switch source {
    case .argument(let name): self = .argument(name)
    case .header(let name): self = .header(name)
    case .remoteAddress: self = .remoteAddress
    case .cookie, .uri, .session, .proxyProtocolAddress, .serverName, .host, .path, .combination:
      return nil
    }
  }

  /// The fallback as a key source.
  public var source: KeySource {
    switch self {
    case .argument(let name): .argument(name)
    case .header(let name): .header(name)
    case .remoteAddress: .remoteAddress
    }
  }
}
