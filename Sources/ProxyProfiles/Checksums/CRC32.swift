/// CRC-32 as IEEE 802.3, zlib and nginx compute it: reflected polynomial 0xEDB88320, initial state and
/// final exclusive-or all ones.
///
/// Eight bytes a step over eight tables ("slicing by 8", Kounavis and Berry 2005). The tables are held
/// by the value, so that a lookup touches no lazily initialised global.
struct CRC32: Sendable {
  /// Eight tables of 256 entries, one after the other.
  private let tables: [UInt32]

  /// The state before any byte.
  static let initial: UInt32 = 0xFFFF_FFFF

  private static let shared: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      tables[byte] = crc
    }
    for entry in 256..<tables.count {
      let previous = tables[entry - 256]
      tables[entry] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
    }
    return tables
  }()

  init() {
    tables = Self.shared
  }

  /// The checksum of some bytes.
  func checksum(_ bytes: Span<UInt8>) -> UInt32 {
    ~update(Self.initial, bytes)
  }

  /// The state after some more bytes.
  func update(_ state: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
    var state = state
    var position = 0
    let end = bytes.count
    while end &- position >= 8 {
      let low = state ^ Self.littleEndian(bytes, position)
      let high = Self.littleEndian(bytes, position &+ 4)
      state =
        entry(7, low) ^ entry(6, low >> 8) ^ entry(5, low >> 16) ^ entry(4, low >> 24)
        ^ entry(3, high) ^ entry(2, high >> 8) ^ entry(1, high >> 16) ^ entry(0, high >> 24)
      position &+= 8
    }
    while position < end {
      state = update(state, bytes[position])
      position &+= 1
    }
    return state
  }

  /// The state after one more byte.
  func update(_ state: UInt32, _ byte: UInt8) -> UInt32 {
    (state >> 8) ^ entry(0, state ^ UInt32(byte))
  }

  /// The state after the four little-endian bytes of a value.
  func update(_ state: UInt32, littleEndian value: UInt32) -> UInt32 {
    let low = state ^ value
    return entry(3, low) ^ entry(2, low >> 8) ^ entry(1, low >> 16) ^ entry(0, low >> 24)
  }

  private func entry(_ table: Int, _ byte: UInt32) -> UInt32 {
    tables[table &* 256 &+ Int(byte & 0xFF)]
  }

  private static func littleEndian(_ bytes: Span<UInt8>, _ position: Int) -> UInt32 {
    unsafe bytes.withUnsafeBytes {
      unsafe UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self))
    }
  }
}
