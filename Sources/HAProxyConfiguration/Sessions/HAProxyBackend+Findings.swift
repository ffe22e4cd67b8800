internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension HAProxyBackend {
  /// What loses sessions in the backend, or tells clients where servers are.
  var findings: [SessionFinding] {
    guard flaw == nil, !isDisabled else { return [] }
    let line = firstChoices.last { $0.keyword == "cookie" }
    // `cookie` has no effect on connections.
    if mode == .http, let line, let cookie = HAProxyCookieLine(line.arguments) {
      let isOwn = line.location.file == location.file && line.location.line > location.line
      return [serverWithoutCookie(cookie, isOwn: isOwn), addressInCookie(cookie)].compactMap(\.self)
    }
    // A table keeps sessions where they are, whatever `balance` says later.
    guard !firstChoices.contains(where: { $0.keyword == "stick" || $0.keyword == "persist" }),
      method.isHash, mode == .http || !method.needsHTTP
    else { return [] }
    return [sessionCookie, modulo, placesByOrder].compactMap(\.self)
  }

  private var label: String { "\(kind.rawValue) \(name)" }

  /// A server without a value sets no cookie, so that its clients are balanced anew with each request.
  ///
  /// - Parameter isOwn: Whether the section has the line itself. A section that got it from its `defaults` and
  ///   names no server keeps no sessions on purpose.
  private func serverWithoutCookie(_ cookie: HAProxyCookieLine, isOwn: Bool) -> SessionFinding? {
    guard cookie.mode != nil, !cookie.isDynamic else { return nil }
    // Backup servers often have none, so that sessions come back.
    let unnamed = servers.filter {
      $0.parameters[HAProxyProperty.cookie] == nil && !$0.isBackup && $0.weight > 0
    }
    let isNamed = servers.contains { $0.parameters[HAProxyProperty.cookie] != nil }
    guard isOwn || isNamed, let first = unnamed.first else { return nil }
    let more = unnamed.count > 1 ? " and \(unnamed.count - 1) more" : ""
    return SessionFinding(
      .serverWithoutCookie, first.location,
      "server \(first.name)\(more) of \(label) has no cookie, so that clients that it answers are balanced "
        + "anew with each request",
      remedy: "write 'cookie' with a word on each server line, or 'dynamic' on the line cookie")
  }

  /// A value that is the address of the server.
  private func addressInCookie(_ cookie: HAProxyCookieLine) -> SessionFinding? {
    guard cookie.mode != nil else { return nil }
    let telling = servers.first { server in
      guard let value = server.parameters[HAProxyProperty.cookie] else { return false }
      guard let parts = try? NodeAddress(value) else { return false }
      switch parts {
      case .host(let host, _), .ipv6(let host, _): return IPAddress(text: host.utf8.span) != nil
      case .unix: return true
      }
    }
    guard let telling else { return nil }
    return SessionFinding(
      .addressInCookie, telling.location,
      "the cookie of server \(telling.name) of \(label) is an address, which every client sees",
      remedy: "write a word that says nothing, or 'dynamic' with a dynamic-cookie-key")
  }

  private var sessionCookie: SessionFinding? {
    SessionCookieNames.finding(about: key, location, part: label)
  }

  /// `hash-type map-based`, which is the default, takes the remainder of a division.
  private var modulo: SessionFinding? {
    if case .uri = method { return nil }
    guard !hashType.isConsistent, servers.count > 1 else { return nil }
    return SessionFinding(
      .mostKeysMove, location,
      "\(label) keeps sessions by balance \(method.name) with hash-type map-based, so that most of them move "
        + "when a server is added, removed, dies or returns",
      remedy:
        "write 'hash-type consistent' and an 'id' on each server line, or keep sessions by a cookie"
    )
  }

  /// On the ring a server stands where its id says, which is counted where none is given.
  private var placesByOrder: SessionFinding? {
    if case .uri = method { return nil }
    guard hashType.isConsistent, servers.count > 1 else { return nil }
    let counted = servers.filter { $0.id == nil && $0.hashKey == .id && !$0.isFromTemplate }
    guard let first = counted.first else { return nil }
    let more = counted.count > 1 ? " and \(counted.count - 1) more" : ""
    return SessionFinding(
      .placesByOrder, first.location,
      "server \(first.name)\(more) of \(label) has no id, so that its place on the ring is its number in the "
        + "file: a line that is added or removed above moves the sessions of all below",
      remedy: "write 'id' with a number of its own on each server line")
  }
}
