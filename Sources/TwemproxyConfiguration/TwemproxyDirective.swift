internal import ProxyProfiles

/// A directive of a pool.
enum TwemproxyDirective: String, CaseIterable {
  case listen
  case hash
  case hashTag = "hash_tag"
  case distribution
  case timeout
  case backlog
  case clientConnections = "client_connections"
  case keepAlive = "tcpkeepalive"
  case redis
  case redisAuth = "redis_auth"
  case redisDatabase = "redis_db"
  case preconnect
  case autoEjectHosts = "auto_eject_hosts"
  case serverConnections = "server_connections"
  case serverRetryTimeout = "server_retry_timeout"
  case serverFailureLimit = "server_failure_limit"
  case servers

  /// Directives that tell a pool of twemproxy from other files with servers.
  static let marks: Set<String> = [
    "listen", "hash", "distribution", "auto_eject_hosts", "server_retry_timeout",
    "server_failure_limit", "server_connections",
  ]

  /// What twemproxy says about a value; nil if it takes it.
  ///
  /// Servers are judged by themselves.
  func complaint(about value: String) -> (message: String, remedy: String)? {
    switch self {
    case .listen: return Self.listen(value)
    case .hash:
      let names = TwemproxyHash.allCases.map(\.rawValue)
      return names.contains(value)
        ? nil : ("is not a valid hash", "write one of " + names.joined(separator: ", "))
    case .hashTag:
      return value.utf8.count == 2
        ? nil
        : ("is not a valid hash tag string with two characters", #"write two, such as "{}""#)
    case .distribution:
      return TwemproxyPool.Distribution(rawValue: value) != nil
        ? nil : ("is not a valid distribution", "write ketama, modula or random")
    case .redis, .preconnect, .autoEjectHosts, .keepAlive:
      return value == "true" || value == "false"
        ? nil : (#"is not "true" or "false""#, "write true or false")
    case .timeout, .backlog, .clientConnections, .redisDatabase, .serverConnections,
      .serverRetryTimeout, .serverFailureLimit:
      return TwemproxyNumber.value(value.utf8) != nil
        ? nil : ("is not a number", "write a whole number from 0")
    case .redisAuth:
      return value.isEmpty ? ("has an invalid value", "write the password, or leave it out") : nil
    case .servers: return nil
    }
  }

  private static func listen(_ value: String) -> (message: String, remedy: String)? {
    let bytes = Array(value.utf8)
    if bytes.first == UInt8(ascii: "/") {
      guard let space = bytes.lastIndex(of: UInt8(ascii: " ")) else { return nil }
      // Octal digits up to the first other byte.
      let digits = bytes[(space + 1)...].prefix { (0x30...0x37).contains($0) }
      let mode = digits.reduce(0) { min($0 * 8 + Int($1 - 0x30), 0o1000) }
      return mode <= 0o777
        ? nil
        : (
          #"has an invalid file permission in "socket_path permission" format string"#,
          "write three octal digits, such as 0777"
        )
    }
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else {
      return (#"has an invalid "hostname:port" format string"#, "write host:port")
    }
    // Such a host resolves to nothing.
    guard colon > 0, bytes[0] != UInt8(ascii: "[") else {
      return ("has an invalid value", "write a name or an address without brackets")
    }
    return TwemproxyNumber.port(bytes[(colon + 1)...]) != nil
      ? nil
      : (
        #"has an invalid port in "hostname:port" format string"#, "write a port from 1 to 65535"
      )
  }
}
