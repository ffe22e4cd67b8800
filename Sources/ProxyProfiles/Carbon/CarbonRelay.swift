internal import ConsistentHashing

/// What the three hashing types of carbon-c-relay's clusters have in common.
enum CarbonRelay {
  static let system = TargetSystem("carbon-c-relay")

  /// Where the metrics of a server that is down go.
  static let queue = "the relay's queue"

  /// Why some servers get no copy.
  static let noPoints = "servers whose points all belong to others get nothing"

  /// The longest host and instance together, in bytes.
  ///
  /// carbon-c-relay puts them with quotes and a number of two digits into 255 bytes, and drops the rest.
  private static let longestName = 240

  /// The servers of a cluster, with instances as the relay reads them.
  ///
  /// - Throws: `ClusterError` if carbon-c-relay would refuse one.
  static func servers(_ cluster: Cluster) throws(ClusterError) -> [CarbonServer] {
    var servers = try CarbonServer.list(cluster, system)
    var addresses: Set<String> = []
    for (index, server) in servers.enumerated() {
      guard addresses.insert("\(server.host) \(server.port)").inserted else {
        throw ClusterError(
          .duplicateAddress, .node(server.node),
          "two servers have the host \(quoted(server.host)) and the port \(server.port)",
          remedy: "carbon-c-relay takes them for one; list it once")
      }
      guard server.host.utf8.count + (server.instance?.utf8.count ?? 4) <= longestName else {
        throw ClusterError(
          .invalidID, .node(server.node), "the name \(quoted(server.pair)) is too long",
          remedy: "carbon-c-relay hashes at most \(longestName) bytes of host and instance")
      }
      servers[index].instance = server.instance.map(asRead)
    }
    return servers
  }

  /// An instance as the relay reads it: one of digits only is an `int`.
  private static func asRead(_ instance: String) -> String {
    guard !instance.isEmpty, instance.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return instance
    }
    return "\(Int32(truncatingIfNeeded: Int64(instance) ?? .max))"
  }

  /// The part of a metric that is hashed: what comes before its tags.
  @inline(__always) static func name(of key: Span<UInt8>) -> Range<Int> {
    var end = 0
    while end < key.count, key[end] != UInt8(ascii: ";"), key[end] != UInt8(ascii: " ") {
      end &+= 1
    }
    return 0..<end
  }

  /// The identity of a hash of names without their tags.
  static func identity(_ function: String) -> KeyHashIdentity {
    KeyHashIdentity(function: "\(function) up to tags")
  }
}
