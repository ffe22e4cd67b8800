internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// What an operator should know about keys that are empty unless the server is made for them.
struct NginxKeyWarnings {
  let placed: PlacedCluster
  let context: NginxContext
  let options: NginxEmitter.Options

  /// The warnings.
  var texts: [String] {
    guard let key = placed.placement.key else { return [] }
    let sources = key.sources
    var texts: [String] = []
    if sources.contains(.proxyProtocolAddress) { texts += [proxyProtocol].compactMap(\.self) }
    if sources.contains(.serverName) {
      texts += [preread, emptyName(key)].compactMap(\.self)
    }
    return texts
  }

  /// The words of `listen` of a site; nil if the server is written elsewhere.
  private var listen: [Substring]? {
    options.part == .site ? (options.listen ?? "80").split(separator: " ") : nil
  }

  private var proxyProtocol: String? {
    guard let listen else {
      return
        "proxy-protocol-addr is empty unless the server listens with proxy_protocol, as in 'listen 80 "
        + "proxy_protocol;'"
    }
    if listen.contains("proxy_protocol") { return nil }
    return
      "the site listens without proxy_protocol, so that proxy-protocol-addr is always empty. Let it listen on "
      + "'\(listen.joined(separator: " ")) proxy_protocol'"
  }

  private var preread: String? {
    switch (context, listen) {
    case (.http, nil): return nil
    case (.http, let listen?):
      if listen.contains("ssl") || listen.contains("quic") { return nil }
      return
        "the site listens without ssl, so that sni is always empty. Let it listen on '443 ssl', with a "
        + "certificate"
    case (.stream, nil):
      if options.part == .server { return nil }
      return
        "sni is empty unless the server has 'ssl_preread on;', which the parts server and site write"
    case (.stream, let listen?):
      guard listen.contains("ssl") else { return nil }
      return
        "the site ends TLS itself, and nginx then reads no name ahead, so that sni is always empty. Leave ssl "
        + "out"
    }
  }

  /// If the last thing that is looked at is the name alone.
  private func emptyName(_ key: KeySource) -> String? {
    guard key.alternatives.last == [.source(.serverName)] else { return nil }
    let what =
      placed.placement.rule == PlacementRule.nginxSplitClients.name
      ? "all go to one server" : "nginx takes the servers in turn for them"
    return
      "clients that send no server name have an empty key, and \(what). Write '\(key) or remote-addr'"
  }
}
