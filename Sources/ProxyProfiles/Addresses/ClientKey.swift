/// The client's end of a connection, read from a key: `203.0.113.7`, `203.0.113.7:40000`,
/// `2001:db8::7` or `[2001:db8::7]:40000`.
///
/// Balancers of packets hash addresses and ports, not text; this is how their profiles take keys.
struct ClientKey: Sendable {
  let address: IPAddress

  /// 0 unless given.
  let port: UInt16

  /// Reads a key; nil if it is not the text of an address.
  init?(_ key: Span<UInt8>) {
    let end = key.count
    if end > 0, key[0] == UInt8(ascii: "[") {
      guard let close = Self.first(UInt8(ascii: "]"), in: key),
        let address = IPAddress(text: key.extracting(1..<close)), address.isIPv6
      else { return nil }
      self.address = address
      if close + 1 == end {
        port = 0
      } else {
        guard key[close + 1] == UInt8(ascii: ":"), let port = Self.port(key, from: close + 2)
        else { return nil }
        self.port = port
      }
    } else if let address = IPAddress(text: key) {
      self.address = address
      port = 0
    } else {
      guard let colon = Self.first(UInt8(ascii: ":"), in: key),
        let address = IPAddress(text: key.extracting(0..<colon)),
        let port = Self.port(key, from: colon + 1)
      else { return nil }
      self.address = address
      self.port = port
    }
  }

  private static func first(_ byte: UInt8, in key: Span<UInt8>) -> Int? {
    for position in key.indices where key[position] == byte { return position }
    return nil
  }

  private static func port(_ key: Span<UInt8>, from start: Int) -> UInt16? {
    guard start < key.count, key.count - start <= 5 else { return nil }
    var port: UInt32 = 0
    for position in start..<key.count {
      let digit = UInt32(key[position]) &- 0x30
      guard digit <= 9 else { return nil }
      port = port * 10 + digit
    }
    return UInt16(exactly: port)
  }

  /// Both ports as the word that packet filters load from a packet on a little-endian machine: the
  /// source port in the low half, the destination port in the high half, each in network order.
  func portWord(destination: UInt16) -> UInt32 {
    UInt32(port.byteSwapped) | UInt32(destination.byteSwapped) << 16
  }
}
