/// jhash, the form of Jenkins' lookup3 (2006) that the Linux kernel and its packet filters use.
enum JenkinsHash {
  private static let initial: UInt32 = 0xDEAD_BEEF

  /// The hash of some bytes.
  static func hash(_ bytes: Span<UInt8>, seed: UInt32) -> UInt32 {
    Lookup3.hash(bytes, start: seed)
  }

  /// The hash of two words.
  static func hash(_ a: UInt32, _ b: UInt32, seed: UInt32) -> UInt32 {
    let start = initial &+ seed &+ 8
    var s = State(a: a &+ start, b: b &+ start, c: start)
    s.finish()
    return s.c
  }

  /// The hash of three words.
  static func hash(_ a: UInt32, _ b: UInt32, _ c: UInt32, seed: UInt32) -> UInt32 {
    let start = initial &+ seed &+ 12
    var s = State(a: a &+ start, b: b &+ start, c: c &+ start)
    s.finish()
    return s.c
  }

  /// The hash of the sixteen little-endian bytes of four words.
  static func hash(
    littleEndian a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, seed: UInt32
  ) -> UInt32 {
    let start = initial &+ seed &+ 16
    var s = State(a: a &+ start, b: b &+ start, c: c &+ start)
    s.mix()
    s.a &+= d
    s.finish()
    return s.c
  }

  /// The three words that the function stirs.
  struct State {
    var a: UInt32
    var b: UInt32
    var c: UInt32

    private static func rotated(_ word: UInt32, _ by: UInt32) -> UInt32 {
      (word << by) | (word >> (32 - by))
    }

    /// The stirring between blocks.
    mutating func mix() {
      Self.step(&a, &c, 4, b)
      Self.step(&b, &a, 6, c)
      Self.step(&c, &b, 8, a)
      Self.step(&a, &c, 16, b)
      Self.step(&b, &a, 19, c)
      Self.step(&c, &b, 4, a)
    }

    private static func step(_ x: inout UInt32, _ y: inout UInt32, _ by: UInt32, _ z: UInt32) {
      x &-= y
      x ^= rotated(y, by)
      y &+= z
    }

    /// The stirring at the end.
    mutating func finish() {
      c = (c ^ b) &- Self.rotated(b, 14)
      a = (a ^ c) &- Self.rotated(c, 11)
      b = (b ^ a) &- Self.rotated(a, 25)
      c = (c ^ b) &- Self.rotated(b, 16)
      a = (a ^ c) &- Self.rotated(c, 4)
      b = (b ^ a) &- Self.rotated(a, 14)
      c = (c ^ b) &- Self.rotated(b, 24)
    }
  }
}
