/// Reads little-endian words out of bytes, at any position.
enum LittleEndian {
  /// The eight bytes from a position on.
  static func word64(_ bytes: Span<UInt8>, _ position: Int) -> UInt64 {
    unsafe bytes.withUnsafeBytes {
      unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }
  }

  /// The bytes from `position` to `end`, at most eight of them, as the low bytes of a word.
  static func tail(_ bytes: Span<UInt8>, from position: Int, to end: Int) -> UInt64 {
    var word: UInt64 = 0
    var shift: UInt64 = 0
    for index in position..<end {
      word |= UInt64(bytes[index]) << shift
      shift &+= 8
    }
    return word
  }

  /// The bytes from a position to the end, at most eight of them, as the low bytes of a word.
  static func tail(_ bytes: Span<UInt8>, from position: Int) -> UInt64 {
    tail(bytes, from: position, to: bytes.count)
  }
}
