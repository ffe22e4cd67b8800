/// Positions of nodes in an array as narrow as the number of nodes allows: one, two or four bytes
/// each.
///
/// Kept as bytes, so that reading an entry is one load and one mask whatever the width, without a
/// branch; three bytes of padding let the last entry be read as four bytes.
@frozen public struct NodeTable: Sendable {
  @usableFromInline let bytes: [UInt8]
  @usableFromInline let shift: UInt8
  @usableFromInline let mask: UInt32

  /// The number of entries.
  public let count: Int

  /// Creates a table of the given positions, all below `bound`.
  public init(_ positions: some Collection<UInt32>, bound: Int) {
    let width = Self.width(bound: bound)
    shift = UInt8(width.trailingZeroBitCount)
    mask = UInt32(truncatingIfNeeded: (1 << (8 * width)) - 1)
    count = positions.count
    var bytes = [UInt8](repeating: 0, count: positions.count * width + Self.padding)
    unsafe bytes.withUnsafeMutableBytes { bytes in
      var offset = 0
      for position in positions {
        switch width {
        case 1: unsafe bytes[offset] = UInt8(truncatingIfNeeded: position)
        case 2:
          unsafe bytes.storeBytes(
            of: UInt16(truncatingIfNeeded: position).littleEndian, toByteOffset: offset,
            as: UInt16.self)
        default:
          unsafe bytes.storeBytes(of: position.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
        offset += width
      }
    }
    self.bytes = bytes
  }

  /// The entry at an index below ``count``.
  public func entry(at index: Int) -> Int {
    precondition((0..<count).contains(index), "a table has no entry at this index")
    return self[index]
  }

  /// The entry at an index below ``count``.
  ///
  /// Not checked in release builds: every caller computes the index from a hash and the size of the
  /// table, so that it cannot be out of range.
  @inlinable @inline(__always) package subscript(entry: Int) -> Int {
    assert(entry >= 0 && entry < count)
    let value = unsafe bytes.withUnsafeBytes {
      unsafe $0.loadUnaligned(fromByteOffset: entry &<< Int(shift), as: UInt32.self)
    }
    return Int(UInt32(littleEndian: value) & mask)
  }
}
