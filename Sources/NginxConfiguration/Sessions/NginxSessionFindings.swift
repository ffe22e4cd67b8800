internal import Configurations
internal import ConsistentHashing

/// Finds what loses sessions in upstreams, or tells clients where servers are.
struct NginxSessionFindings {
  /// The upstreams that servers behind a proxy pass requests to, in lower case, by their context.
  private let behindProxy: [NginxContext: [String: Int]]

  init(_ reading: NginxReading) {
    let uses = reading.files.flatMap { NginxProxyUse.uses(in: $0) }
    behindProxy = uses.contains { $0.readsRealAddress } ? [:] : NginxProxyUse.upstreams(uses)
  }

  /// The findings about an upstream.
  func findings(of upstream: NginxUpstreamBlock) -> [SessionFinding] {
    guard upstream.flaw == nil else { return [] }
    let sticky = upstream.sticky?.first
    if sticky == "cookie" { return guessableNames(upstream).map { [$0] } ?? [] }
    if sticky != nil { return [] }
    return [sessionCookie(upstream), modulo(upstream), proxyAddress(upstream)].compactMap(\.self)
  }

  /// `sticky cookie` names servers without `route=` by the MD5 of their addresses.
  private func guessableNames(_ upstream: NginxUpstreamBlock) -> SessionFinding? {
    let unnamed = upstream.servers.filter { $0.route == nil }
    guard let first = unnamed.first else { return nil }
    return SessionFinding(
      .addressInCookie, first.location,
      "the cookie of upstream \(upstream.name) is the MD5 of address and port for "
        + "\(counted(unnamed.count, "server")), without a secret: who tries all addresses of a network has "
        + "the server's, and a server that moves loses its sessions",
      remedy: "write route= with a random word on each server line")
  }

  private func sessionCookie(_ upstream: NginxUpstreamBlock) -> SessionFinding? {
    SessionCookieNames.finding(
      about: upstream.method.key?.source(in: upstream.context), upstream.location,
      part: "upstream \(upstream.name)")
  }

  /// `hash` without `consistent`, and `ip_hash`, take the remainder of a division.
  private func modulo(_ upstream: NginxUpstreamBlock) -> SessionFinding? {
    guard upstream.servers.count > 1 else { return nil }
    let what: String
    switch upstream.method {
    case .hash(let key):
      guard !key.isOfRequestAlone else { return nil }
      what = "hashes \(key.text) without consistent"
    case .ipHash: what = "has ip_hash"
    default: return nil
    }
    return SessionFinding(
      .mostKeysMove, upstream.location,
      "upstream \(upstream.name) \(what), so that most sessions move when a server is added, removed or "
        + "gets another weight",
      remedy: upstream.method.kind == .ipHash
        ? "write 'hash $binary_remote_addr consistent', or keep sessions by a cookie"
        : "add consistent")
  }

  /// Behind a proxy every client has the address of the proxy.
  private func proxyAddress(_ upstream: NginxUpstreamBlock) -> SessionFinding? {
    let isAddress: Bool
    switch upstream.method {
    case .ipHash: isAddress = true
    case .hash(let key), .consistentHash(let key):
      isAddress =
        !key.pieces.isEmpty
        && key.pieces.allSatisfy { piece in
          guard case .variable(let name) = piece else { return false }
          return name == "remote_addr" || name == "binary_remote_addr"
        }
    default: isAddress = false
    }
    guard isAddress, let line = behindProxy[upstream.context]?[upstream.name.lowercased()] else {
      return nil
    }
    return SessionFinding(
      .proxyAddressKey, upstream.location,
      "upstream \(upstream.name) hashes the address of the connection, which is the one of the proxy in front "
        + "(listen with proxy_protocol, line \(line)), so that all clients of a proxy go to one server",
      remedy:
        "hash $proxy_protocol_addr, or write set_real_ip_from with real_ip_header proxy_protocol"
    )
  }
}

extension NginxKey {
  /// Whether the key tells requests apart and not clients, as for caches.
  fileprivate var isOfRequestAlone: Bool {
    pieces.allSatisfy { piece in
      guard case .variable(let name) = piece else { return true }
      return [
        "request_uri", "uri", "document_uri", "args", "query_string", "scheme", "host",
        "http_host", "server_name", "proxy_host", "request_method", "request_filename",
      ].contains(name)
    }
  }
}
