internal import ConsistentHashing

/// The address of a server line, taken apart as `str2sa_range` of HAProxy's `src/tools.c` does it.
struct HAProxyServerAddress {
  /// What an address names.
  enum Place: Hashable {
    /// An IPv4 or IPv6 address, without brackets, or a host name.
    case host(String, isIPv6: Bool)
    /// `*`, or nothing: where the client wanted to go.
    case anything
    /// The path of a unix socket.
    case unix(String)
    /// A name that no node can have: an abstract socket, a descriptor, a reverse tunnel.
    case other(String)
  }

  /// What HAProxy says of an address that it does not take.
  struct Rejected: Error {
    let message: String
    /// Whether HAProxy says so when it has read everything, and not if the name is resolved later.
    var isAboutName = false
  }

  let place: Place
  /// The port; 0 for none.
  let port: Int
  /// Whether the port is written `+80` or `-80`, and counts from the one of the client.
  let isOffset: Bool

  /// The longest path of a unix socket: HAProxy keeps some bytes for the name of a temporary file.
  private static let longestPath = 97

  init(_ bytes: ArraySlice<UInt8>, _ version: HAProxyVersion) throws(Rejected) {
    let whole = HAProxyText.shown(bytes)
    var rest = bytes
    for prefix in ["stream+", "dgram+"] where rest.starts(with: prefix.utf8) {
      rest = rest.dropFirst(prefix.utf8.count)
      if prefix == "dgram+" { throw Self.datagram(whole) }
    }
    guard let prefix = Self.prefixes.first(where: { rest.starts(with: $0.utf8) }) else {
      if rest.first == UInt8(ascii: "/") {
        try self.init(path: rest, whole)
      } else {
        try self.init(host: rest, whole)
      }
      return
    }
    rest = rest.dropFirst(prefix.utf8.count)
    switch prefix {
    case "unix@", "uxst@": try self.init(path: rest, whole)
    case "uxdg@", "udp@", "udp4@", "udp6@": throw Self.datagram(whole)
    case "fd@": throw Rejected(message: "a file descriptor is not acceptable here in '\(whole)'")
    case "quic4@" where version < HAProxyVersion(3, 3),
      "quic6@" where version < HAProxyVersion(3, 3):
      throw Rejected(message: "unsupported stream protocol for datagram family")
    case "rhttp@" where version < HAProxyVersion(2, 9):
      throw Rejected(message: "could not resolve address '\(whole)'.", isAboutName: true)
    case "abns@", "abnsz@", "sockpair@", "rhttp@":
      self.init(place: .other(String(decoding: bytes, as: UTF8.self)), port: 0, isOffset: false)
    default: try self.init(host: rest, whole)
    }
  }

  private static let prefixes = [
    "unix@", "uxst@", "uxdg@", "abns@", "abnsz@", "ip@", "ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@",
    "udp@", "udp4@", "udp6@", "quic4@", "quic6@", "mptcp@", "mptcp4@", "mptcp6@", "fd@",
    "sockpair@", "rhttp@",
  ]

  private init(place: Place, port: Int, isOffset: Bool) {
    self.place = place
    self.port = port
    self.isOffset = isOffset
  }

  private static func datagram(_ whole: String) -> Rejected {
    Rejected(message: "dgram-type address not acceptable in '\(whole)'")
  }

  private init(path: ArraySlice<UInt8>, _ whole: String) throws(Rejected) {
    guard path.count <= Self.longestPath else {
      throw Rejected(message: "socket path '\(whole)' too long (max \(Self.longestPath))")
    }
    self.init(place: .unix(String(decoding: path, as: UTF8.self)), port: 0, isOffset: false)
  }

  /// Reads a host and the text after its last colon.
  private init(host bytes: ArraySlice<UInt8>, _ whole: String) throws(Rejected) {
    var host = bytes
    var digits: ArraySlice<UInt8> = []
    let colon = UInt8(ascii: ":")
    if let end = bytes.lastIndex(where: { $0 == colon || $0 == UInt8(ascii: "]") }),
      bytes[end] == colon
    {
      host = bytes[..<end]
      digits = bytes[(end + 1)...]
    }
    let (port, isOffset) = try Self.port(digits, whole)
    self.init(place: try Self.place(host), port: port, isOffset: isOffset)
  }

  private static func port(
    _ digits: ArraySlice<UInt8>, _ whole: String
  ) throws(Rejected) -> (port: Int, isOffset: Bool) {
    guard let first = digits.first else { return (0, false) }
    let isOffset = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
    guard !isOffset else { return (HAProxyNumber.integer(digits), true) }
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      let character = String(decoding: [first], as: UTF8.self)
      throw Rejected(
        message: "invalid character '\(character)' in port number '\(HAProxyText.shown(digits))' "
          + "in '\(whole)'")
    }
    guard !digits.contains(UInt8(ascii: "-")) else {
      throw Rejected(message: "port range not permitted here in '\(whole)'")
    }
    let port = HAProxyNumber.integer(digits)
    guard (0...65535).contains(port) else {
      throw Rejected(message: "invalid port '\(HAProxyText.shown(digits))'")
    }
    return (port, false)
  }

  private static func place(_ bytes: ArraySlice<UInt8>) throws(Rejected) -> Place {
    if bytes.isEmpty || bytes.elementsEqual("*".utf8) { return .anything }
    var name = bytes
    if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") {
      name = bytes.dropFirst().dropLast()
    }
    let text = String(decoding: name, as: UTF8.self)
    if name.contains(UInt8(ascii: ":")) {
      if case .ipv6? = try? NodeAddress("[\(text)]") { return .host(text, isIPv6: true) }
    } else if case .host(_, port: nil)? = try? NodeAddress(text) {
      return .host(text, isIPv6: false)
    }
    throw Rejected(
      message: "could not resolve address '\(HAProxyText.shown(bytes))'.", isAboutName: true)
  }

  /// The address as nodes have it.
  ///
  /// Nil if a node cannot have it.
  var text: String? {
    let suffix = port == 0 || isOffset ? "" : ":\(port)"
    switch place {
    case .host(let name, let isIPv6): return (isIPv6 ? "[\(name)]" : name) + suffix
    case .anything: return "0.0.0.0" + suffix
    case .unix(let path): return "unix:" + path
    case .other: return nil
    }
  }
}
