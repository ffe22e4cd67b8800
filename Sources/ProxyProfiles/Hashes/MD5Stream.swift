/// An MD5 that takes its bytes piece by piece.
///
/// A copy keeps what has been added, so texts with the same beginning hash it once. Nothing is
/// allocated.
struct MD5Stream: Sendable {
  private var state = MD5.State()

  /// The bytes since the last whole block, as little-endian words.
  private var block = InlineArray<16, UInt32>(repeating: 0)

  /// The number of all bytes.
  private var count = 0

  /// Starts with a text.
  init(_ text: some Sequence<UInt8>) {
    for byte in text { add(byte) }
  }

  /// Starts with a text and a hyphen.
  init(hyphenating text: some Sequence<UInt8>) {
    self.init(text)
    add(UInt8(ascii: "-"))
  }

  /// The digest of the text followed by a number in decimal digits, as four little-endian words.
  func digest(with number: Int) -> (UInt32, UInt32, UInt32, UInt32) {
    var stream = self
    for digit in String(number).utf8 { stream.add(digit) }
    let bits = UInt64(truncatingIfNeeded: stream.count) &<< 3
    stream.add(0x80)
    // The length takes the last eight bytes of a block.
    if stream.count & 63 > 56 { stream.mix() }
    stream.block[14] = UInt32(truncatingIfNeeded: bits)
    stream.block[15] = UInt32(truncatingIfNeeded: bits &>> 32)
    stream.mix()
    return (stream.state.a, stream.state.b, stream.state.c, stream.state.d)
  }

  private mutating func add(_ byte: UInt8) {
    block[count &>> 2 & 15] |= UInt32(byte) &<< UInt32(truncatingIfNeeded: (count & 3) &* 8)
    count &+= 1
    if count & 63 == 0 { mix() }
  }

  private mutating func mix() {
    state.mix(block)
    block = InlineArray(repeating: 0)
  }
}
