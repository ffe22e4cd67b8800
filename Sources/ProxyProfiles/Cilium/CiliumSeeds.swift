/// The three seeds that Cilium takes from its hash seed.
struct CiliumSeeds: Hashable, Sendable {
  /// Of the permutations.
  let table: UInt32
  /// Of IPv4 packets.
  let ipv4: UInt32
  /// Of IPv6 packets.
  let ipv6: UInt32

  /// Reads twelve bytes in base 64, sixteen characters; nil for anything else.
  init?(base64 text: String) {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    guard text.utf8.count == 16 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    for (position, character) in text.utf8.enumerated() {
      guard let digit = digits.firstIndex(of: character) else { return nil }
      bits = bits << 6 | UInt32(digit)
      guard position % 4 == 3 else { continue }
      bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
      bits = 0
    }
    func word(_ start: Int) -> UInt32 {
      bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    table = word(0)
    ipv4 = word(4)
    ipv6 = word(8)
  }
}
