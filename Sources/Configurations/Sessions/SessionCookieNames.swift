package import ConsistentHashing

/// Cookies in which applications keep their sessions.
///
/// Such a cookie is no key for a router. The application makes it up when the session begins, on a server
/// that was chosen without it. The next request has it, is hashed elsewhere, and finds no session.
package enum SessionCookieNames {
  /// Names that frameworks use and that do not say what they are, in lower case.
  private static let known: Set<String> = [
    "sid", "cfid", "cftoken", "jsessionid", "phpsessid", "connect.sid", "asp.net_sessionid",
    ".aspnetcore.session", "laravel_session", "ci_session", "rack.session", "_session_id",
    "sessionid", "play_session", "beaker.session.id", "express.sid", "koa.sid", "koa:sess", "sess",
    "fastsessionid", "vaadinsession", "wt_sid", "zope_session",
  ]

  /// Whether a name looks like the cookie of an application's session.
  package static func contain(_ name: String) -> Bool {
    let name = name.lowercased()
    if known.contains(name) || name.contains("session") || name.contains("sessid") { return true }
    return ["_sid", "-sid", ".sid", "_sess", "-sess", ".sess"].contains { name.hasSuffix($0) }
  }

  /// What happens with a cookie that looks so, and what to do.
  ///
  /// Nil for other keys.
  package static func warning(about source: KeySource?) -> String? {
    guard let problem = problem(of: source) else { return nil }
    let remedy = remedy.prefix(1).uppercased() + remedy.dropFirst()
    return "\(problem). \(remedy)"
  }

  /// The same as a finding.
  package static func finding(
    about source: KeySource?, _ location: ConfigurationLocation, part: String
  ) -> SessionFinding? {
    problem(of: source).map {
      SessionFinding(.sessionCookieKey, location, "\(part): \($0)", remedy: remedy)
    }
  }

  private static func problem(of source: KeySource?) -> String? {
    let names = (source?.sources ?? []).compactMap { source in
      if case .cookie(let name) = source { name } else { nil }
    }
    guard let name = names.first(where: contain) else { return nil }
    return
      "the cookie \(quoted(name)) looks like the application's own. It exists only after a server has begun "
      + "the session, and its hash then leads to another server, which does not know the session"
  }

  private static let remedy =
    "write 'key: session', which needs no change of the application; or hash a key that exists before, such "
    + "as a user or a tenant"
}
