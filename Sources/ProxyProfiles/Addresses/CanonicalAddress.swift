/// The form of an IP address that servers print, or nil if the text is no address.
///
/// IPv4 in four numbers; IPv6 without brackets, by RFC 5952.
package func canonicalAddress(_ text: String) -> (text: String, isIPv6: Bool)? {
  IPAddress(text).map { ($0.text, $0.isIPv6) }
}
