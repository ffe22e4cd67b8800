/// Keys for measuring without a log: random ones, the same in every run.
///
/// The keys are independent draws from a generator of full avalanche (SplitMix64), so the share that a
/// rule moves has the sampling error of a binomial distribution under every rule. Numbered keys such as
/// `key-1`, `key-2` would not do: some hash functions spread them far better or far worse than the keys
/// that people have.
public struct GeneratedKeys: Sendable {
  /// What the keys look like.
  public enum Form: String, CaseIterable, Sendable {
    /// Session ids of 32 hexadecimal digits.
    case id
    /// Request targets of three segments.
    case uri
    /// IPv4 addresses of clients.
    case ipv4
    /// IPv6 addresses of clients.
    case ipv6
    /// Whole numbers below 2⁶³, as ids of users.
    case number
  }

  /// What the keys look like.
  public let form: Form

  /// What the keys are drawn from.
  public let seed: UInt64

  /// Describes keys.
  public init(_ form: Form, seed: UInt64 = 0) {
    self.form = form
    self.seed = seed
  }

  /// Calls `body` with a number of keys, in an order that is always the same.
  public func forEach<Failure: Error>(
    count: Int, _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var draws = draws()
    var text: [UInt8] = []
    for _ in 0..<max(0, count) {
      text.removeAll(keepingCapacity: true)
      draws.next(into: &text)
      try body(text.span)
    }
  }

  /// The keys, one after the other.
  package func draws() -> Draws { Draws(keys: self, state: seed) }

  /// Keys that are drawn one after the other.
  package struct Draws: Sendable {
    fileprivate let keys: GeneratedKeys
    fileprivate var state: UInt64

    /// Appends the next key.
    package mutating func next(into text: inout [UInt8]) {
      keys.append(to: &text, &state)
    }
  }

  private func append(to text: inout [UInt8], _ state: inout UInt64) {
    switch form {
    case .id:
      Self.hexadecimal(Self.next(&state), 16, &text)
      Self.hexadecimal(Self.next(&state), 16, &text)
    case .uri:
      for _ in 0..<3 {
        text.append(UInt8(ascii: "/"))
        Self.hexadecimal(Self.next(&state), 10, &text)
      }
    case .ipv4:
      let address = Self.publicAddress(&state)
      for shift in [24, 16, 8, 0] as [UInt32] {
        if shift < 24 { text.append(UInt8(ascii: ".")) }
        text += String(address >> shift & 0xFF).utf8
      }
    case .ipv6:
      // Groups above 0, so that the text has one form only. 2000::/3 is what is in use.
      for group in 0..<8 {
        if group > 0 { text.append(UInt8(ascii: ":")) }
        let value = Self.next(&state) >> 48
        text += String(group == 0 ? 0x2000 | value & 0x1FFF : max(value, 1), radix: 16).utf8
      }
    case .number: text += String(Self.next(&state) >> 1).utf8
    }
  }

  /// An address outside of what only local networks use: 0/8, 10/8, 127/8 and 224/3.
  private static func publicAddress(_ state: inout UInt64) -> UInt32 {
    while true {
      let address = UInt32(next(&state) >> 32)
      switch address >> 24 {
      case 0, 10, 127, 224...: continue
      default: return address
      }
    }
  }

  private static func hexadecimal(_ value: UInt64, _ digits: Int, _ text: inout [UInt8]) {
    for digit in 0..<digits {
      let value = UInt8(value >> UInt64(60 - 4 * digit) & 0xF)
      text.append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value)
    }
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  private static func next(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
