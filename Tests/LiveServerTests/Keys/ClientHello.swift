/// The first record of a TLS connection, as far as servers read it that look for the server name alone.
enum ClientHello {
  /// A record with a server name, or without one.
  static func bytes(serverName: String?) -> [UInt8] {
    var extensions: [UInt8] = []
    if let serverName {
      // A list of one name of the type 0, a host.
      let name: [UInt8] = [0] + sized(Array(serverName.utf8), by: 2)
      extensions += [0, 0] + sized(sized(name, by: 2), by: 2)
    }
    // supported_versions: TLS 1.2.
    extensions += [0, 43] + sized(sized([3, 3], by: 1), by: 2)
    var body: [UInt8] = [3, 3] + Array(repeating: 7, count: 32)
    body += sized([], by: 1)  // No session.
    body += sized([0xC0, 0x2F], by: 2)  // One cipher suite.
    body += sized([0], by: 1)  // No compression.
    body += sized(extensions, by: 2)
    let handshake: [UInt8] = [1] + sized(body, by: 3)
    return [22, 3, 1] + sized(handshake, by: 2)
  }

  /// Bytes behind their number, which has so many bytes itself.
  private static func sized(_ bytes: [UInt8], by width: Int) -> [UInt8] {
    (0..<width).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }
}
