package import ConsistentHashing
internal import ProxyProfiles

/// The cookie of this library's own sessions: `ID`, `ID.SERVER` or `ID.LIST`, each with `.TIME` after it or not.
package struct SessionCookie: CookieKind {
  private let cluster: Cluster
  private let affinity: SessionAffinity
  private let tokens: [String: Int]
  /// The names that the servers have without a secret, or with another one.
  private let others: [(secret: String?, tokens: [String: Int])]
  private let selector: any NodeSelector
  private let lists: SessionCookieLists?

  /// Prepares for the cookies of a cluster.
  ///
  /// - Parameters:
  ///   - affinity: The settings of its sessions.
  ///   - otherSecret: A secret that may have been used before.
  ///   - selector: The selector of the cluster.
  ///   - lists: The lists that cookies may name, if sessions follow their list.
  package init(
    _ cluster: Cluster, _ affinity: SessionAffinity, otherSecret: String?,
    selector: any NodeSelector, lists: SessionCookieLists? = nil
  ) throws(EmissionError) {
    self.cluster = cluster
    self.affinity = affinity
    self.selector = selector
    self.lists = lists
    tokens = try Self.tokens(cluster, affinity.secret)
    var others: [(String?, [String: Int])] = []
    for secret in [nil, otherSecret] where secret != affinity.secret {
      others.append((secret, try Self.tokens(cluster, secret)))
    }
    self.others = others
  }

  private static func tokens(
    _ cluster: Cluster, _ secret: String?
  ) throws(EmissionError) -> [String: Int] {
    let tokens = try SessionTokens(cluster, secret: secret).tokens
    return Dictionary(tokens.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  package var id: String { "session" }
  package var title: String { "the cookie of key: session" }
  package var cookie: String? { affinity.cookie }

  package func reading(of value: [UInt8]) -> CookieReading {
    switch SessionCookieParts.parse(value) {
    case .failure(let error):
      return CookieReading(
        malformedAt: error.position, error.problem,
        "The router ignores the cookie. The client gets a new id, so its session is lost.")
    case .success(let parts): return reading(of: parts)
    }
  }

  private func reading(of cookie: SessionCookieParts) -> CookieReading {
    var reading = CookieReading()
    let place = selector.index(for: String(decoding: cookie.id, as: UTF8.self))
    reading.hashed = place
    let byHash = place.map { selector.nodes[$0].title }
    reading.parts = [
      .init(
        "id", cookie.id,
        "the id of the session" + (byHash.map { "; its hash chooses \($0)" } ?? ""))
    ]
    let goes = byHash.map { "The hash of the id sends the request to \($0)" }
    let byID = goes ?? "No server takes the request"
    guard let mark = cookie.mark else {
      reading.defect = .hashed
      switch affinity.follow {
      case .key:
        reading.problem = "the cookie has the id alone"
        reading.consequence = byID + "."
      case .server:
        reading.problem = "the cookie has no name of a server"
        reading.consequence = byID + ", and the cookie then names the server that answers."
      case .list:
        reading.problem = "the cookie has no name of a list"
        reading.consequence = byID + ", and the cookie then names the present list."
      }
      addTime(cookie, to: &reading)
      return reading
    }
    let name = String(decoding: mark, as: UTF8.self)
    if affinity.follow == .key {
      reading.defect = .hashed
      reading.problem = "the name of a server does not count with follow: key"
      reading.parts.append(.init("server", mark, "from a time when sessions followed the server"))
      reading.consequence = byID + "."
    } else if let lists {
      follow(lists.finding(name, id: cookie.id, hashed: place), mark, byID: byID, &reading)
    } else if let server = tokens[name] {
      take(server, mark, byID: byID, &reading)
    } else {
      let other = others.first { $0.tokens[name] != nil }
      reading.defect = other == nil ? .unknownServer : .otherSecret
      if let other, let server = other.tokens[name] {
        let node = cluster.nodes[server].title
        let how = other.secret == nil ? "without a secret" : "with the secret of --secret"
        reading.problem = "its name of a server was made \(how), and then is \(node)"
        reading.parts.append(.init("server", mark, "\(node), \(how)"))
      } else {
        reading.problem =
          "no server of the cluster has the name \(name): it left, its id or the cluster's name "
          + "changed, or another secret made the name"
        reading.parts.append(.init("server", mark, "no server of the cluster"))
      }
      reading.consequence =
        byID + ", and the cookie then names the server that answers. The session moves once."
    }
    addTime(cookie, to: &reading)
    return reading
  }

  /// Says where the list of a cookie leads.
  private func follow(
    _ list: SessionCookieLists.Finding?, _ mark: [UInt8], byID: String,
    _ reading: inout CookieReading
  ) {
    guard let list else {
      reading.defect = .unknownServer
      reading.problem =
        "no list of the cluster is known by that name: its sessions had ended, the cluster's name or the "
        + "secret changed, or the history beside the document is missing"
      reading.parts.append(.init("list", mark, "not known"))
      reading.consequence =
        byID + ", and the cookie then names the present list. The session may move."
      return
    }
    reading.parts.append(.init("list", mark, list.meaning))
    reading.server = list.server
    if let server = list.server {
      reading.consequence =
        "\(list.meaning.prefix(1).uppercased() + list.meaning.dropFirst()) sends the request to "
        + "\(cluster.nodes[server].title)."
    } else {
      reading.defect = .unknownServer
      reading.problem = "no server takes the request"
      reading.consequence = "The router answers with an error."
    }
  }

  private func take(
    _ server: Int, _ mark: [UInt8], byID: String, _ reading: inout CookieReading
  ) {
    let node = cluster.nodes[server]
    reading.server = server
    reading.parts.append(.init("server", mark, node.title))
    switch node.state {
    case .down:
      reading.consequence =
        "\(node.title) is down. \(byID), and the cookie then names the server that answers."
    case .drain:
      reading.consequence =
        "The request goes to \(node.title), which drains and keeps the sessions it has."
    case .up: reading.consequence = "The request goes to \(node.title)."
    }
  }

  private func addTime(_ cookie: SessionCookieParts, to reading: inout CookieReading) {
    guard let time = cookie.time else { return }
    guard let digits = affinity.renewalDigits,
      let steps = Int(String(decoding: time, as: UTF8.self))
    else {
      reading.parts.append(.init("time", time, "from a time when cookies had a lifetime"))
      return
    }
    let step = SessionAffinity.seconds(ofStep: digits)
    reading.parts.append(
      .init("time", time, "given in the \(step) seconds from \(utcText(steps * step))"))
  }
}
