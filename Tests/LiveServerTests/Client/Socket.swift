#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A blocking TCP or unix socket, closed when nobody holds it.
///
/// The only file of these tests that passes memory to the system. Every wait ends after some
/// seconds, so that a server which hangs fails a test instead of stopping it.
final class Socket: Sendable {
  private let descriptor: Int32
  private let peer: String

  /// Connects, from a chosen source address if one is given.
  init(to address: IPv4Address, from source: IPv4Address? = nil, patience: Duration = .seconds(10))
    throws
  {
    descriptor = try Self.open(AF_INET, address.description)
    peer = address.description
    setPatience(patience)
    if let source {
      #if canImport(Glibc)
      // Leaves the choice of the port to `connect`, which knows the destination.
      Self.setOption(of: descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
      #endif
      try bind(to: source)
    }
    Self.setOption(of: descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    var wanted = address.socketAddress
    let status = unsafe withUnsafePointer(to: &wanted) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw failure(of: "connect") }
  }

  /// Connects to a socket with a path of at most 100 bytes.
  init(toUnix path: String, patience: Duration = .seconds(10)) throws {
    descriptor = try Self.open(AF_UNIX, path)
    peer = path
    setPatience(patience)
    var wanted = sockaddr_un()
    wanted.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &wanted.sun_path) {
      unsafe $0.copyBytes(from: path.utf8.prefix(100))
    }
    let status = unsafe withUnsafePointer(to: &wanted) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw failure(of: "connect") }
  }

  /// Takes an address without listening on it; port 0 lets the system choose.
  init(holding address: IPv4Address) throws {
    descriptor = try Self.open(AF_INET, address.description)
    peer = address.description
    try bind(to: address)
  }

  /// Listens on an address; port 0 lets the system choose.
  init(listeningOn address: IPv4Address) throws {
    descriptor = try Self.open(AF_INET, address.description)
    peer = address.description
    try bind(to: address)
    guard listen(descriptor, 512) == 0 else { throw failure(of: "listen") }
  }

  /// Takes a connection that somebody accepted.
  private init(accepted descriptor: Int32, peer: String) {
    self.descriptor = descriptor
    self.peer = peer
    setPatience(.seconds(10))
  }

  /// Waits for a connection to one of several sockets that listen.
  ///
  /// - Returns: Which of them it came to, and the connection.
  static func accept(fromOneOf listeners: [Socket]) throws -> (Int, Socket) {
    var waiting = listeners.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let ready = unsafe poll(&waiting, nfds_t(waiting.count), 10_000)
    guard ready > 0, let position = waiting.firstIndex(where: { $0.revents != 0 }) else {
      throw SocketError.failed(call: "poll", address: "listeners", errno: ETIMEDOUT)
    }
    #if canImport(Glibc)
    let descriptor = Glibc.accept(listeners[position].descriptor, nil, nil)
    #else
    let descriptor = Darwin.accept(listeners[position].descriptor, nil, nil)
    #endif
    guard descriptor >= 0 else { throw listeners[position].failure(of: "accept") }
    return (position, Socket(accepted: descriptor, peer: listeners[position].peer))
  }

  private static func open(_ family: Int32, _ address: String) throws -> Int32 {
    #if canImport(Glibc)
    let stream = Int32(SOCK_STREAM.rawValue)
    #else
    let stream = SOCK_STREAM
    #endif
    let descriptor = socket(family, stream, 0)
    guard descriptor >= 0 else {
      throw SocketError.failed(call: "socket", address: address, errno: errno)
    }
    #if canImport(Darwin)
    setOption(of: descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1)
    #endif
    return descriptor
  }

  private func setPatience(_ patience: Duration) {
    let (seconds, attoseconds) = patience.components
    var limit = timeval()
    limit.tv_sec = .init(seconds)
    limit.tv_usec = .init(attoseconds / 1_000_000_000_000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      _ = unsafe setsockopt(
        descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  deinit { _ = close(descriptor) }

  /// The port this end is bound to.
  func localPort() throws -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &size)
      }
    }
    guard status == 0 else { throw failure(of: "getsockname") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Sends all bytes.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { all in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
        return unsafe Self.write(descriptor, rest)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(of: "send")
      }
      sent += count
    }
  }

  /// Appends what has arrived, waiting for at least one byte; false at the end of the stream.
  func receive(into bytes: inout [UInt8]) throws -> Bool {
    let chunk = 16_384
    while true {
      var count = 0
      let part = unsafe [UInt8](unsafeUninitializedCapacity: chunk) { buffer, initialized in
        count = unsafe recv(descriptor, buffer.baseAddress, chunk, 0)
        initialized = max(0, count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(of: "receive")
      }
      bytes += part
      return count > 0
    }
  }

  private func bind(to address: IPv4Address) throws {
    Self.setOption(of: descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    var wanted = address.socketAddress
    let status = unsafe withUnsafePointer(to: &wanted) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Self.systemBind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      throw SocketError.failed(call: "bind", address: address.description, errno: errno)
    }
  }

  private static func setOption(of descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32)
  {
    var value = value
    _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private func failure(of call: String) -> SocketError {
    .failed(call: call, address: peer, errno: errno)
  }

  private static func systemBind(
    _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t
  ) -> Int32 {
    #if canImport(Glibc)
    unsafe Glibc.bind(descriptor, address, size)
    #else
    unsafe Darwin.bind(descriptor, address, size)
    #endif
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
    unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #else
    unsafe Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0)
    #endif
  }
}
