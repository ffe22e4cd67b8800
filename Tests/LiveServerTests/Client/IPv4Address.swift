#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An IPv4 address and a port, as four bytes and a number.
struct IPv4Address: Hashable, Sendable, CustomStringConvertible {
  var octets: [UInt8]
  var port: UInt16

  init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16 = 0) {
    octets = [a, b, c, d]
    self.port = port
  }

  /// The address without its port, as `$remote_addr` shows it.
  var host: String { octets.map(String.init).joined(separator: ".") }

  var description: String { "\(host):\(port)" }

  func with(port: UInt16) -> Self {
    var copy = self
    copy.port = port
    return copy
  }

  var socketAddress: sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    let host = octets.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    address.sin_addr = in_addr(s_addr: host.bigEndian)
    return address
  }
}
