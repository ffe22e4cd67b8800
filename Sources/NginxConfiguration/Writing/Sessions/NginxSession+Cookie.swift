internal import Configurations
internal import ConsistentHashing

extension NginxSession {
  /// The cookie of a response, which is empty if the client has it already.
  ///
  /// Most requests need none, and find that out by one look at a table.
  func addCookie(_ maps: inout NginxMapList) throws(NginxUnwritable) {
    if affinity.secure == .auto {
      try maps.add(
        ["Cookies that are given over TLS are sent over TLS only."],
        NginxMap("$https", names.secure, or: "; Secure", [("", "")]))
    }
    let unchanged = renewalDigits == nil ? "" : names.renewal
    switch affinity.follow {
    case .server:
      let cookie = self.cookie("\(names.id).\(names.token)")
      try maps.add(
        ["The cookie, if another server answered than the cookie says."],
        NginxMap(
          names.mark + names.token, names.cookie, or: names.news,
          servers.map { ($0.token + $0.token, unchanged) }))
      try maps.add(
        ["No cookie for an answer that no server gave."],
        NginxMap(
          "\(names.token) $upstream_header_time", names.news, or: "",
          [("~^[0-9a-f]+ .*[0-9]$", cookie)]))
      try addRenewal(names.news, &maps)
    case .list:
      let cookie = self.cookie("\(names.id).\(names.token)")
      let tokens = [lists?.present].compactMap(\.self) + (lists?.earlier.map(\.token) ?? [])
      try maps.add(
        ["The cookie, if the client has none yet, or one of a list that nobody knows."],
        NginxMap(
          names.mark + names.token, names.cookie, or: cookie, tokens.map { ($0 + $0, unchanged) }))
      try addRenewal(cookie, &maps)
    case .key:
      let cookie = self.cookie(names.id)
      try maps.add(
        ["The cookie, if the client has none yet."],
        NginxMap(names.known, names.cookie, or: unchanged, [("", cookie)]))
      try addRenewal(cookie, &maps)
    }
  }

  /// A cookie again, when the time in it is over.
  private func addRenewal(_ cookie: String, _ maps: inout NginxMapList) throws(NginxUnwritable) {
    guard let digits = renewalDigits else { return }
    try maps.add(
      [
        "The time in steps of \(SessionAffinity.seconds(ofStep: digits)) seconds, in which cookies are renewed."
      ],
      NginxMap(
        "$msec", names.time, or: "0",
        [("~^(?<\(names.digits.dropFirst())>[0-9]+)[0-9]{\(digits)}\\.", names.digits)]),
      NginxMap(
        "\(names.time) \(names.givenTime)", names.renewal, or: cookie,
        [("~^([0-9]+) \\1$", "")]))
  }

  /// A cookie with the time, if it has one, and its attributes.
  private func cookie(_ value: String) -> String {
    "\(affinity.cookie)=\(value)\(renewalDigits == nil ? "" : ".\(names.time)")\(attributes)"
  }

  /// How many digits of the seconds are left out of the time; nil without a lifetime.
  private var renewalDigits: Int? { affinity.renewalDigits }

  private var attributes: String {
    var text = "; Path=\(affinity.path)"
    if let domain = affinity.domain { text += "; Domain=\(domain)" }
    if let lifetime = affinity.lifetime, let digits = renewalDigits {
      // Within a step the cookie is not renewed.
      text += "; Max-Age=\(lifetime + SessionAffinity.seconds(ofStep: digits))"
    }
    text += "; HttpOnly; SameSite="
    switch affinity.sameSite {
    case .lax: text += "Lax"
    case .strict: text += "Strict"
    case .none: text += "None"
    }
    switch affinity.secure {
    case .auto: return text + names.secure
    case .always: return text + "; Secure"
    case .never: return text
    }
  }
}
