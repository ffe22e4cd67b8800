/// The slots of Redis Cluster.
public enum RedisKeySlot {
  /// How many slots there are.
  public static let count = 16_384

  /// The slot of a key, as `CLUSTER KEYSLOT` prints it: CRC-16/XMODEM mod 16384 of the bytes between
  /// the first `{` and the next `}`, or of the whole key if there are none between them.
  ///
  /// - Complexity: O(length of the key), without allocation.
  public static func slot(of key: Span<UInt8>) -> Int {
    Int(CRC16.checksum(key.extracting(tag(of: key))) & 0x3FFF)
  }

  /// The slot of a key given as its UTF-8 bytes.
  public static func slot(of key: String) -> Int { slot(of: key.utf8.span) }

  /// The part of a key that is hashed.
  private static func tag(of key: Span<UInt8>) -> Range<Int> {
    guard let open = key.position(of: UInt8(ascii: "{"), from: 0),
      let close = key.position(of: UInt8(ascii: "}"), from: open + 1), close > open + 1
    else { return 0..<key.count }
    return (open + 1)..<close
  }
}
