package import Configurations
package import ConsistentHashing
internal import ProxyProfiles

/// The cookie of Envoy's stateful sessions (`CookieBasedSessionState`).
///
/// It is base64 of a message of Protocol Buffers: the address of the host, and when the session expires.
package struct EnvoySessionCookie: CookieKind {
  private let cluster: Cluster

  /// Prepares for the hosts of a cluster.
  package init(_ cluster: Cluster) {
    self.cluster = cluster
  }

  package var id: String { "envoy" }
  package var title: String { "the cookie of Envoy's stateful sessions" }
  package var cookie: String? { nil }

  private static let consequence =
    "Envoy ignores the cookie. Its load balancer chooses a host, or the answer is 503 with strict: true."

  package func reading(of given: [UInt8]) -> CookieReading {
    // Envoy writes quotes around the value, and browsers send them back.
    let quote = UInt8(ascii: "\"")
    let isQuoted = given.count > 1 && given.first == quote && given.last == quote
    let value = isQuoted ? Array(given.dropFirst().dropLast()) : given
    func malformed(_ position: Int, _ problem: String) -> CookieReading {
      CookieReading(
        malformedAt: position + (isQuoted ? 1 : 0), problem, Self.consequence)
    }
    if value.isEmpty { return malformed(1, "it is empty") }
    let bytes: [UInt8]
    switch Base64.bytes(of: value) {
    case .failure(let error):
      return malformed(
        error.position,
        error.byte.map {
          "character \(error.position) is \(characterText($0)), which base64 has not"
        }
          ?? "it ends after character \(value.count), which is no end of base64")
    case .success(let decoded): bytes = decoded
    }
    guard let message = EnvoySessionMessage(bytes), !message.address.isEmpty else {
      return malformed(1, "it is base64, and holds no address as Envoy writes it")
    }
    var reading = CookieReading()
    let address = String(decoding: message.address, as: UTF8.self)
    reading.server = cluster.nodes.firstIndex { Self.isSame($0.address, address) }
    if let server = reading.server {
      let node = cluster.nodes[server]
      reading.parts = [.init("server", message.address, node.title)]
      reading.consequence =
        node.state == .up
        ? "Envoy sends the request to \(node.title) while it is healthy."
        : "\(node.title) is not healthy, so that override_host_status decides whether it gets the request."
    } else {
      reading.defect = .unknownServer
      reading.problem =
        "no host of the cluster has the address \(quoted(String(address.prefix(64))))"
      reading.parts = [.init("server", message.address, "no host of the cluster")]
      reading.consequence = Self.consequence
    }
    if let expires = message.expires {
      reading.parts.append(
        .init(
          "expires", "\(expires)".utf8,
          "seconds on the clock of Envoy's machine, which began when it started"))
    }
    return reading
  }

  /// Whether two texts are one address.
  private static func isSame(_ first: String, _ second: String) -> Bool {
    first.utf8.elementsEqual(second.utf8)
      || Self.numbers(first).map { $0 == Self.numbers(second) } ?? false
  }

  /// The bytes of an address and its port; nil for a name.
  private static func numbers(_ text: String) -> [Int]? {
    guard let parts = try? NodeAddress(text), let port = parts.port else { return nil }
    switch parts {
    case .unix: return nil
    case .host(let host, _), .ipv6(let host, _):
      guard let address = IPAddress(text: host.utf8.span) else { return nil }
      return (0..<(address.isIPv6 ? 16 : 4)).map { Int(address.bytes[$0]) } + [port]
    }
  }
}

/// The message in a cookie of Envoy: `{ string address = 1; int64 expires = 2; }`.
struct EnvoySessionMessage: Hashable {
  private(set) var address: [UInt8] = []
  private(set) var expires: Int64?

  /// Reads a message; nil if the bytes are none.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let tag = Self.number(&rest), tag >> 3 > 0 else { return nil }
      switch (tag >> 3, tag & 7) {
      case (1, 2):
        guard let text = Self.text(&rest) else { return nil }
        address = text
      case (2, 0):
        guard let number = Self.number(&rest) else { return nil }
        expires = Int64(bitPattern: number)
      case (_, 0):
        guard Self.number(&rest) != nil else { return nil }
      case (_, 2):
        guard Self.text(&rest) != nil else { return nil }
      case (_, 1), (_, 5):
        let length = tag & 7 == 1 ? 8 : 4
        guard rest.count >= length else { return nil }
        rest = rest.dropFirst(length)
      default: return nil
      }
    }
  }

  /// A number of up to ten bytes of seven bits, the lowest first.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  /// A length and as many bytes.
  private static func text(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    guard let length = number(&rest), length <= UInt64(rest.count) else { return nil }
    let count = Int(length)
    let text = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return text
  }
}
