package import Configurations
package import ConsistentHashing
internal import ProxyProfiles

/// The cookie of a backend with `cookie NAME insert`, `rewrite` or `prefix`.
///
/// A server is named by the `cookie` of its line. With `dynamic`, one without is named by the XXH64 of
/// `dynamic-cookie-key`, its address and its port. After a bar come the times of the last and of the first
/// visit, if the line has `maxidle` or `maxlife`.
package struct HAProxyCookie: CookieKind {
  private let cluster: Cluster
  private let line: HAProxyCookieLine
  private let names: [Name?]
  private let hasKey: Bool

  /// How a server is named.
  private struct Name {
    let text: String
    let isDynamic: Bool
  }

  /// Prepares for the servers of a backend, as clusters keep its lines in properties.
  ///
  /// Nil if the cluster has no line `cookie`.
  ///
  /// - Parameter secret: The `dynamic-cookie-key`, if the cluster has none.
  package init?(_ cluster: Cluster, secret: String?) {
    guard let line = cluster.properties[HAProxyProperty.cookie].flatMap(HAProxyCookieLine.init)
    else { return nil }
    self.cluster = cluster
    self.line = line
    let key = cluster.properties[HAProxyProperty.dynamicKey] ?? secret
    hasKey = key != nil
    names = cluster.nodes.map { node in
      if let value = node.properties[HAProxyProperty.cookie] {
        return Name(text: value, isDynamic: false)
      }
      guard line.isDynamic, let key, let text = Self.dynamicName(node.address, key: key) else {
        return nil
      }
      return Name(text: text, isDynamic: true)
    }
  }

  /// The name that HAProxy computes for a server.
  ///
  /// Nil if the address is a host name.
  static func dynamicName(_ address: String, key: String) -> String? {
    guard let parts = try? NodeAddress(address), let port = parts.port else { return nil }
    let host: String
    switch parts {
    case .host(let name, _), .ipv6(let name, _): host = name
    case .unix: return nil
    }
    guard let parsed = IPAddress(text: host.utf8.span) else { return nil }
    var message = Array(key.utf8)
    for index in 0..<(parsed.isIPv6 ? 16 : 4) { message.append(parsed.bytes[index]) }
    let number = UInt32(truncatingIfNeeded: port)
    for shift in [24, 16, 8, 0] as [UInt32] {
      message.append(UInt8(truncatingIfNeeded: number >> shift))
    }
    let hash = XXH64().hash(message.span)
    return hexText((0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * UInt64($0))) })
  }

  package var id: String { "haproxy" }
  package var title: String {
    "HAProxy's cookie \(line.name)" + (line.mode.map { " \($0.rawValue)" } ?? "")
  }
  package var cookie: String? { line.name }

  private var consequence: String {
    "HAProxy ignores it. balance chooses a server"
      + (line.mode == .insert ? ", and the client gets a new cookie." : ".")
  }

  package func reading(of value: [UInt8]) -> CookieReading {
    if value.isEmpty { return CookieReading(malformedAt: 1, "it is empty", consequence) }
    let isPrefix = line.mode == .prefix
    let delimiter = UInt8(ascii: isPrefix ? "~" : "|")
    let end = value.firstIndex(of: delimiter)
    if isPrefix, end == nil {
      return CookieReading(
        malformedAt: value.count + 1,
        "it has no '~', which ends the name of the server in front of the application's value",
        consequence)
    }
    let name = Array(value[..<(end ?? value.count)])
    if name.isEmpty {
      return CookieReading(
        malformedAt: 1, "there is no name of a server in front of '\(isPrefix ? "~" : "|")'",
        consequence)
    }
    let rest = end.map { Array(value[($0 + 1)...]) } ?? []
    var reading = CookieReading()
    let named = names.indices.filter { index in
      names[index].map { name.elementsEqual($0.text.utf8) } ?? false
    }
    // The first that is up counts.
    let server = named.first { cluster.nodes[$0].state != .down } ?? named.first
    if let server {
      reading.server = server
      reading.parts = [.init("server", name, meaning(server, named.count))]
      reading.consequence = goes(to: cluster.nodes[server])
    } else {
      reading.defect = .unknownServer
      reading.problem = unknown(name)
      reading.parts = [.init("server", name, "no server of the backend")]
      reading.consequence = consequence
    }
    if isPrefix {
      reading.parts.append(.init("application", rest, "the value that the application set"))
    } else if end != nil {
      reading.parts += HAProxyCookieDates(rest, line).parts
    }
    return reading
  }

  private func meaning(_ server: Int, _ count: Int) -> String {
    cluster.nodes[server].title
      + (names[server]?.isDynamic == true
        ? ", from dynamic-cookie-key, address and port" : "")
      + (count > 1 ? ", the first of \(count) servers with this value" : "")
  }

  private func unknown(_ name: [UInt8]) -> String {
    let text = quoted(String(decoding: name.prefix(64), as: UTF8.self))
    guard line.isDynamic else { return "no server line has the cookie \(text)" }
    if !hasKey {
      return
        "no server line has the cookie \(text), and there is no dynamic-cookie-key; give it with --secret"
    }
    let unnamed = names.count { $0 == nil }
    return
      "no server has the cookie \(text) with this dynamic-cookie-key: it left, its address changed, or "
      + "another key made the value"
      + (unnamed > 0 ? "; \(unnamed) with a host name cannot be told" : "")
  }

  private func goes(to node: Node) -> String {
    let again =
      "balance chooses another server unless the backend has option persist"
      + (line.mode == .insert ? "; the client then gets a new cookie." : ".")
    return node.state == .down
      ? "\(node.title) is disabled: \(again)"
      : "The request goes to \(node.title). If that is down, \(again)"
  }
}
