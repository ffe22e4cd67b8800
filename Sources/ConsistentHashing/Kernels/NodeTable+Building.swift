extension NodeTable {
  /// The bytes of an entry in a table of positions below `bound`.
  static func width(bound: Int) -> Int {
    bound <= 1 << 8 ? 1 : bound <= 1 << 16 ? 2 : 4
  }

  /// Takes entries as they lie in memory: little-endian, with ``padding`` after the last.
  init(bytes: [UInt8], width: Int) {
    self.bytes = bytes
    shift = UInt8(width.trailingZeroBitCount)
    mask = UInt32(truncatingIfNeeded: (1 << (8 * width)) - 1)
    count = (bytes.count - Self.padding) / width
  }

  /// Bytes after the last entry, which let it be read as four bytes.
  static var padding: Int { 3 }

  /// The bytes of an entry.
  var width: Int { 1 << Int(shift) }

  /// The bytes that the entries take.
  var memoryFootprint: Int { bytes.count }
}
