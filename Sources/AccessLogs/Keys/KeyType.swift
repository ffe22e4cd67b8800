internal import ProxyProfiles

/// What a router hashes of a key that people write as text.
package enum KeyType: Hashable, Sendable {
  /// The text itself.
  case text
  /// The 4 or 16 bytes of an address, after masks of so many bits.
  ///
  /// Without a mask for IPv6, such addresses have no key.
  case address(maskIPv4: Int, maskIPv6: Int?)
  /// The 8 bytes of a whole number, the highest first.
  case integer

  /// What a text has to be, for messages.
  package var noun: String {
    switch self {
    case .text: "text"
    case .address(_, nil): "IPv4 address"
    case .address: "IP address"
    case .integer: "whole number"
    }
  }

  /// Appends what is hashed of a text; false if the text is not of this type.
  package func append(_ text: Span<UInt8>, to bytes: inout [UInt8]) -> Bool {
    switch self {
    case .text:
      bytes += text.array
      return true
    case .address(let maskIPv4, let maskIPv6):
      guard let range = AddressText.address(in: text),
        let address = IPAddress(text: text.extracting(range)),
        let mask = address.isIPv6 ? maskIPv6 : maskIPv4
      else { return false }
      for position in 0..<(address.isIPv6 ? 16 : 4) {
        let bits = min(8, max(0, mask - 8 * position))
        bytes.append(address.bytes[position] & UInt8(truncatingIfNeeded: 0xFF00 >> bits))
      }
      return true
    case .integer:
      guard let text = String(validating: text.array, as: UTF8.self), let number = Int64(text)
      else {
        return false
      }
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
      }
      return true
    }
  }
}
