/// An IPv4 or IPv6 address as its bytes, read from text without allocation.
package struct IPAddress: Sendable {
  /// In network order; an IPv4 address is in the first four.
  package private(set) var bytes: [16 of UInt8] = [16 of UInt8](repeating: 0)

  /// Whether all sixteen count.
  package private(set) var isIPv6 = false

  /// Reads `192.0.2.7` or `2001:db8::1`, without brackets, port or zone; nil if it is neither.
  package init?(text: Span<UInt8>) {
    for index in text.indices where text[index] == UInt8(ascii: ":") {
      isIPv6 = true
      guard readIPv6(text) else { return nil }
      return
    }
    guard readIPv4(text, from: 0, at: 0) else { return nil }
  }

  /// Reads four decimal numbers from a position of the text to its end.
  private mutating func readIPv4(_ text: Span<UInt8>, from start: Int, at offset: Int) -> Bool {
    var position = start
    for part in 0..<4 {
      if part > 0 {
        guard position < text.count, text[position] == UInt8(ascii: ".") else { return false }
        position += 1
      }
      var value = 0
      let first = position
      while position < text.count, position - first < 3,
        let digit = Self.digit(text[position]), digit < 10
      {
        value = value * 10 + digit
        position += 1
      }
      guard position > first, value <= 255 else { return false }
      bytes[offset + part] = UInt8(value)
    }
    return position == text.count
  }

  private mutating func readIPv6(_ text: Span<UInt8>) -> Bool {
    var groups = 0
    var gap: Int?
    var position = 0
    while position < text.count {
      if position + 1 < text.count, text[position] == UInt8(ascii: ":"),
        text[position + 1] == UInt8(ascii: ":")
      {
        guard gap == nil else { return false }
        gap = groups
        position += 2
        if position == text.count { break }
      } else if groups > 0 {
        guard text[position] == UInt8(ascii: ":") else { return false }
        position += 1
      }
      let start = position
      var value = 0
      while position < text.count, position - start < 4, let digit = Self.digit(text[position]) {
        value = value * 16 + digit
        position += 1
      }
      if position < text.count, text[position] == UInt8(ascii: "."), groups <= 6 {
        guard readIPv4(text, from: start, at: groups * 2) else { return false }
        groups += 2
        position = text.count
        break
      }
      guard position > start, groups < 8 else { return false }
      bytes[groups * 2] = UInt8(value >> 8)
      bytes[groups * 2 + 1] = UInt8(value & 0xFF)
      groups += 1
    }
    return spread(groups, gap)
  }

  /// Moves the groups after `::` to the end.
  private mutating func spread(_ groups: Int, _ gap: Int?) -> Bool {
    guard let gap else { return groups == 8 }
    guard groups < 8 else { return false }
    let moved = (groups - gap) * 2
    for step in 0..<moved {
      bytes[15 - step] = bytes[groups * 2 - 1 - step]
    }
    for position in (gap * 2)..<(16 - moved) { bytes[position] = 0 }
    return true
  }

  private static func digit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte) - 0x41 + 10
    default: nil
    }
  }
}
