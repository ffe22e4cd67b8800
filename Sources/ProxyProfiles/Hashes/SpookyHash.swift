/// SpookyHash version 2 (Jenkins 2012), reading little-endian words.
enum SpookyHash {
  private static let constant: UInt64 = 0xDEAD_BEEF_DEAD_BEEF

  /// Messages of this many bytes and more take the long form.
  private static let shortestLong = 192

  /// The low 32 bits of the hash under one seed for both halves.
  static func hash32(_ bytes: Span<UInt8>, seed: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: hash128(bytes, UInt64(seed), UInt64(seed)).0)
  }

  /// Both halves of the hash.
  static func hash128(_ bytes: Span<UInt8>, _ seed1: UInt64, _ seed2: UInt64) -> (UInt64, UInt64) {
    bytes.count < shortestLong ? short(bytes, seed1, seed2) : long(bytes, seed1, seed2)
  }

  private static func rotated(_ word: UInt64, _ by: UInt64) -> UInt64 {
    (word << by) | (word >> (64 - by))
  }

  // MARK: Short messages

  private static func short(_ bytes: Span<UInt8>, _ seed1: UInt64, _ seed2: UInt64)
    -> (UInt64, UInt64)
  {
    var s = ShortState(a: seed1, b: seed2, c: constant, d: constant)
    let count = bytes.count
    var position = 0
    while count &- position >= 32 {
      s.c &+= LittleEndian.word64(bytes, position)
      s.d &+= LittleEndian.word64(bytes, position &+ 8)
      s.mix()
      s.a &+= LittleEndian.word64(bytes, position &+ 16)
      s.b &+= LittleEndian.word64(bytes, position &+ 24)
      position &+= 32
    }
    if count &- position >= 16 {
      s.c &+= LittleEndian.word64(bytes, position)
      s.d &+= LittleEndian.word64(bytes, position &+ 8)
      s.mix()
      position &+= 16
    }
    s.d &+= UInt64(truncatingIfNeeded: count) << 56
    if position == count {
      s.c &+= constant
      s.d &+= constant
    } else {
      let middle = min(position + 8, count)
      s.c &+= LittleEndian.tail(bytes, from: position, to: middle)
      s.d &+= LittleEndian.tail(bytes, from: middle)
    }
    s.end()
    return (s.a, s.b)
  }

  private struct ShortState {
    var a: UInt64
    var b: UInt64
    var c: UInt64
    var d: UInt64

    /// Rotates x, adds the next word, flips the word after that.
    private func step(_ x: inout UInt64, _ by: UInt64, _ next: UInt64, _ flipped: inout UInt64) {
      x = rotated(x, by) &+ next
      flipped ^= x
    }

    mutating func mix() {
      var (a, b, c, d) = (self.a, self.b, self.c, self.d)
      step(&c, 50, d, &a)
      step(&d, 52, a, &b)
      step(&a, 30, b, &c)
      step(&b, 41, c, &d)
      step(&c, 54, d, &a)
      step(&d, 48, a, &b)
      step(&a, 38, b, &c)
      step(&b, 37, c, &d)
      step(&c, 62, d, &a)
      step(&d, 34, a, &b)
      step(&a, 5, b, &c)
      step(&b, 36, c, &d)
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// Flips x by y, rotates y, adds it to x.
    private func close(_ x: inout UInt64, _ y: inout UInt64, _ by: UInt64) {
      x ^= y
      y = rotated(y, by)
      x &+= y
    }

    mutating func end() {
      var (a, b, c, d) = (self.a, self.b, self.c, self.d)
      close(&d, &c, 15)
      close(&a, &d, 52)
      close(&b, &a, 26)
      close(&c, &b, 51)
      close(&d, &c, 28)
      close(&a, &d, 9)
      close(&b, &a, 47)
      close(&c, &b, 54)
      close(&d, &c, 32)
      close(&a, &d, 25)
      close(&b, &a, 63)
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
  }

  // MARK: Long messages

  private static func long(_ bytes: Span<UInt8>, _ seed1: UInt64, _ seed2: UInt64)
    -> (UInt64, UInt64)
  {
    let mixRotations: InlineArray<12, UInt64> = [11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46]
    let endRotations: InlineArray<12, UInt64> = [44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54]
    var s = InlineArray<12, UInt64>(repeating: constant)
    for i in 0..<4 {
      s[3 * i] = seed1
      s[3 * i + 1] = seed2
    }
    let count = bytes.count
    var position = 0
    while count &- position >= 96 {
      for i in 0..<12 {
        s[i] &+= LittleEndian.word64(bytes, position &+ 8 &* i)
        s[(i + 2) % 12] ^= s[(i + 10) % 12]
        s[(i + 11) % 12] ^= s[i]
        s[i] = rotated(s[i], mixRotations[i])
        s[(i + 11) % 12] &+= s[(i + 1) % 12]
      }
      position &+= 96
    }
    // The last, partial block is filled with zeros up to its last byte, which is its length.
    for i in 0..<12 {
      let start = min(position + 8 * i, count)
      s[i] &+= LittleEndian.tail(bytes, from: start, to: min(start + 8, count))
    }
    s[11] &+= UInt64(truncatingIfNeeded: count - position) << 56
    for _ in 0..<3 {
      for i in 0..<12 {
        s[(i + 11) % 12] &+= s[(i + 1) % 12]
        s[(i + 2) % 12] ^= s[(i + 11) % 12]
        s[(i + 1) % 12] = rotated(s[(i + 1) % 12], endRotations[i])
      }
    }
    return (s[0], s[1])
  }
}
