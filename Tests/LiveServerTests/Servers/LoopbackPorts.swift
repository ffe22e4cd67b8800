/// Finds ports that nobody uses, on addresses of 127.0.0.0/8.
enum LoopbackPorts {
  struct NoneFree: Error, CustomStringConvertible {
    let addresses: Int
    var description: String { "no port is free on all of \(addresses) loopback addresses" }
  }

  /// A port that is free on all of the addresses at this moment.
  ///
  /// Somebody may take it before the server does; whoever starts the server tries again then.
  static func free(on addresses: [IPv4Address]) throws -> UInt16 {
    guard let first = addresses.first else { throw NoneFree(addresses: 0) }
    for _ in 0..<50 {
      let holder = try Socket(holding: first)
      let port = try holder.localPort()
      do {
        for address in addresses.dropFirst() { _ = try Socket(holding: address.with(port: port)) }
        return port
      } catch let error as SocketError where error.isAddressInUse {
        continue
      }
    }
    throw NoneFree(addresses: addresses.count)
  }
}
