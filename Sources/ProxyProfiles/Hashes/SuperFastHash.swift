/// Paul Hsieh's SuperFastHash (2004) from the start 0, as twemproxy computes it.
///
/// Written from the description of the function, not from its author's code. Pairs of bytes are
/// little-endian and unsigned; the third of three last bytes is a signed `char`.
enum SuperFastHash {
  /// The hash of some bytes; 0 for an empty span.
  static func hash(_ bytes: Span<UInt8>) -> UInt32 {
    if bytes.isEmpty { return 0 }
    var h: UInt32 = 0
    var position = 0
    while bytes.count &- position >= 4 {
      let word = bytes.littleEndian32(at: position)
      h &+= word & 0xFFFF
      h = (h &<< 16) ^ ((word &>> 16) &<< 11) ^ h
      h &+= h &>> 11
      position &+= 4
    }
    let tail = bytes.littleEndianTail(from: position)
    switch bytes.count &- position {
    case 3:
      h &+= tail & 0xFFFF
      h ^= h &<< 16
      h ^= bytes[bytes.count &- 1].signExtended &<< 18
      h &+= h &>> 11
    case 2:
      h &+= tail
      h ^= h &<< 11
      h &+= h &>> 17
    case 1:
      h &+= tail
      h ^= h &<< 10
      h &+= h &>> 1
    default:
      break
    }
    // Lets every bit reach the others.
    h ^= h &<< 3
    h &+= h &>> 5
    h ^= h &<< 4
    h &+= h &>> 17
    h ^= h &<< 25
    return h &+ (h &>> 6)
  }
}
