/// The keys that are driven: distinct, the same in every run, and of the shapes that go wrong.
enum Keys {
  static let count = 20_000

  /// `count` distinct keys that a source can carry: every possible key of one byte, keys of about
  /// 1 KiB, UTF-8 text, bytes above 0x7F that are no text, and short ones that look like session identifiers.
  static func make(for source: RequestKey, seed: UInt64 = 1) -> [[UInt8]] {
    // A path begins with a slash, so its shortest key is the slash alone.
    let prefix: [UInt8] = source == .uri ? Array("/".utf8) : []
    let allowed = (0x21...0x7E as ClosedRange<UInt8>).filter { !source.excluded.contains($0) }
    var keys: [[UInt8]] = source == .uri ? [prefix] : allowed.map { [$0] }
    var random = SplitMix(state: seed)
    while keys.count < count {
      // The number makes the key distinct from every other one, whatever follows.
      let number = Array("\(keys.count)".utf8)
      let body: [UInt8]
      switch keys.count % 50 {
      case 0:
        let length = 1_000 + Int(random.next() % 100)
        body = Array("long-".utf8) + number + (0..<length).map { _ in random.element(of: allowed) }
      case 1...10:
        body = Array("käse-日本-😀-".utf8) + number + Array("-é".utf8)
      case 11...20:
        // Bytes that are no UTF-8 text: a key is bytes to nginx and to `chash`.
        body = number + (0..<4).map { _ in UInt8(0x80 + random.next() % 0x80) }
      case 21...30:
        body = Array("session-".utf8) + number
      case 31...35:
        body = number + Array("?x=%2F+".utf8).filter { !source.excluded.contains($0) }
      default:
        body = Array(String(random.next(), radix: 16).utf8) + Array("-".utf8) + number
      }
      keys.append(prefix + body)
    }
    return keys
  }

  /// `count` distinct source addresses all over 127.0.0.0/8, away from the servers' own.
  static func sources(seed: UInt32 = 1) -> [IPv4Address] {
    var sources: [IPv4Address] = []
    sources.reserveCapacity(count)
    var step: UInt32 = 0
    while sources.count < count {
      // An odd factor makes this a permutation of the 24 bits: no address comes twice.
      let bits = (step &+ seed &* 7_919) &* 0x9E37_79B1 & 0xFF_FFFF
      step += 1
      let (b, c, d) = (UInt8(bits >> 16), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF))
      // 127.0 and 127.1 belong to the servers; the very last address is a broadcast.
      if b > 1, bits != 0xFF_FFFF { sources.append(IPv4Address(127, b, c, d)) }
    }
    return sources
  }
}

/// A small seeded generator (SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  mutating func element(of bytes: [UInt8]) -> UInt8 {
    bytes[Int(next() % UInt64(bytes.count))]
  }
}
