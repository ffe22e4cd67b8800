internal import ConsistentHashing

/// The numbers in XXH3 that depend on the seed alone.
struct NginxScriptConstants {
  /// A number in halves, as JavaScript writes them.
  struct Halves {
    let upper: String
    let lower: String

    init(_ number: UInt64) {
      upper = "0x" + String(number >> 32, radix: 16)
      lower = "0x" + String(number & 0xFFFF_FFFF, radix: 16)
    }
  }

  /// The hash of a key without bytes.
  let empty: Halves
  /// What keys of 1 to 3, 4 to 8, and 9 to 16 bytes are mixed with.
  let one: Halves
  let four: Halves
  let middleLow: Halves
  let middleHigh: Halves
  /// The pairs of keys of 17 to 240 bytes, in hexadecimal: eight for the first 128 bytes, seven for the next, and
  /// the one for the last 16 of keys of more than 128.
  let middle: String
  /// The secret of longer keys, in hexadecimal.
  let long: String

  init(seed: UInt64) {
    empty = Halves(XXH3.hash("", seed: seed))
    one = Halves((Self.word(0) & 0xFFFF_FFFF ^ Self.word(0) >> 32) &+ seed)
    four = Halves(Self.eightBytes(seed: seed))
    middleLow = Halves((Self.word(24) ^ Self.word(32)) &+ seed)
    middleHigh = Halves((Self.word(40) ^ Self.word(48)) &- seed)
    func pairs(_ offsets: [Int]) -> String {
      offsets.map { Self.hex(Self.word($0) &+ seed) + Self.hex(Self.word($0 + 8) &- seed) }.joined()
    }
    let aligned = stride(from: 0, to: 128, by: 16)
    middle = pairs(Array(aligned) + (0..<7).map { 16 * $0 + 3 } + [119])
    long = pairs(Array(stride(from: 0, to: 192, by: 16)))
  }

  /// What a number of eight bytes is mixed with under a seed.
  static func eightBytes(seed: UInt64) -> UInt64 {
    let stretched = seed ^ UInt64(UInt32(truncatingIfNeeded: seed).byteSwapped) << 32
    return (word(8) ^ word(16)) &- stretched
  }

  /// The bytes of a number, the least significant first.
  private static func hex(_ number: UInt64) -> String {
    let digits = String(number.byteSwapped, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Eight bytes of the secret.
  private static func word(_ offset: Int) -> UInt64 {
    secret[offset..<(offset + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// XXH3's default secret.
  private static let secret: [UInt8] = {
    let digits = Array(
      """
      b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f\
      cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c\
      3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8\
      a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364\
      eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e\
      2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e
      """.utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit - 0x30 : digit - 0x57 }
    return stride(from: 0, to: digits.count, by: 2).map {
      value(digits[$0]) << 4 | value(digits[$0 + 1])
    }
  }()
}
