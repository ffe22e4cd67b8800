import CResolver
import Configurations

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension HostAnswers {
  /// The answers of this machine, in the order in which it gives them to nginx and HAProxy.
  static let system = HostAnswers(
    source: "this machine", services: { SystemServices.named($0) }, addresses: systemAddresses)

  private static func systemAddresses(of name: String) -> [String] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
    unsafe hints.ai_socktype = SOCK_STREAM
    #endif
    unsafe hints.ai_flags = AI_ADDRCONFIG
    var first: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
    defer { unsafe freeaddrinfo(first) }
    var addresses: [String] = []
    var next = unsafe first
    while let info = unsafe next {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let status = unsafe getnameinfo(
        info.pointee.ai_addr, info.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
        NI_NUMERICHOST)
      let address = String(
        decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if status == 0, !addresses.contains(address) { addresses.append(address) }
      unsafe next = info.pointee.ai_next
    }
    return addresses
  }
}

/// The SRV records of DNS, which only its own calls ask for.
enum SystemServices {
  /// The records of a name in the order of the answer; none if there is no answer.
  ///
  /// - Parameters:
  ///   - name: The whole name: no domain is searched.
  ///   - server: The address and port of a server of DNS, for tests; the machine's own if nil. It is known
  ///     where the C library is glibc.
  static func named(
    _ name: String, server: (address: UInt32, port: UInt16)? = nil
  ) -> [ServiceTarget] {
    var targets: [ServiceTarget] = []
    unsafe withUnsafeMutablePointer(to: &targets) { targets in
      _ = unsafe cresolver_services(name, server?.address ?? 0, server?.port ?? 0, targets) {
        context, priority, weight, port, host in
        guard let context = unsafe context, let host = unsafe host else { return }
        let targets = unsafe context.assumingMemoryBound(to: [ServiceTarget].self)
        unsafe targets.pointee.append(
          ServiceTarget(
            priority: priority, weight: weight, port: port, host: String(cString: host)))
      }
    }
    return targets
  }
}
