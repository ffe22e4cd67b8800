internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// The address of a server as `$upstream_addr` has it, which tells which server answered.
///
/// nginx prints addresses in one form whatever the configuration says: without zeros in front, with a
/// port, and IPv6 shortened in its own way (`ngx_sock_ntop` and `ngx_inet6_ntop` in `src/core/ngx_inet.c`).
struct NginxPeerAddress: Hashable, Sendable {
  /// The text, such as `10.0.0.1:80`.
  let text: String

  /// Finds the text for the address of a node.
  ///
  /// Nil if the address is a name: nginx prints the addresses that the name has.
  init?(_ address: NodeAddress) {
    switch address {
    case .unix(let path): text = "unix:\(path)"
    case .host(let host, let port), .ipv6(let host, let port):
      guard let parsed = IPAddress(text: host.utf8.span) else { return nil }
      let bytes = parsed.bytes.indices.map { parsed.bytes[$0] }
      let name = parsed.isIPv6 ? "[\(Self.ipv6(bytes))]" : Self.ipv4(bytes.prefix(4))
      text = "\(name):\(port ?? 80)"
    }
  }

  private static func ipv4(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { "\($0)" }.joined(separator: ".")
  }

  /// An IPv6 address as nginx shortens it: the first of the longest runs of zeros of at least two groups
  /// is left out, and the last four bytes are decimal after twelve that mark an IPv4 address.
  private static func ipv6(_ bytes: [UInt8]) -> String {
    let groups = (0..<8).map { Int(bytes[2 * $0]) << 8 | Int(bytes[2 * $0 + 1]) }
    let gap = longestZeros(groups)
    let isIPv4 =
      gap.map { gap in
        gap.lowerBound == 0
          && (gap.count == 5 && groups[5] == 0xFFFF || gap.count == 6
            || gap.count == 7 && bytes[14] != 0 && bytes[15] != 1)
      } ?? false
    let end = isIPv4 ? 6 : 8
    var text = gap?.lowerBound == 0 ? ":" : ""
    var group = 0
    while group < end {
      if let gap, group == gap.lowerBound {
        text += ":"
        group = gap.upperBound
        continue
      }
      text += String(groups[group], radix: 16)
      if group < 7 { text += ":" }
      group += 1
    }
    return isIPv4 ? text + ipv4(bytes[12...]) : text
  }

  private static func longestZeros(_ groups: [Int]) -> Range<Int>? {
    var longest: Range<Int>?
    var start = 0
    while start < 8 {
      let end = groups[start...].firstIndex { $0 != 0 } ?? 8
      if end - start > longest?.count ?? 1 { longest = start..<end }
      start = max(end, start + 1)
    }
    return longest
  }
}
