internal import ConsistentHashing

/// What identifies a server on HAProxy's ring: the keyword `hash-key` of a `server` line.
///
/// Each names the number from which the positions of the server's nodes count up.
public enum HAProxyHashKey: String, CaseIterable, Sendable {
  /// The numeric id times 4096, modulo 2³², so that only its low 20 bits count. The default, and
  /// the only one before 3.0.
  case id
  /// The address: an IPv4 address as the mixed four bytes (read as a little-endian number), an IPv6
  /// address as XXH32 of its sixteen bytes (3.0 and later).
  case address = "addr"
  /// The address and the port, which is mixed first and then added to an IPv4 address or taken as
  /// the seed for an IPv6 address (3.0 and later).
  case addressAndPort = "addr-port"
  /// The numeric id, all 32 bits of it: mixed with its bytes reversed (3.4 and later).
  case id32
  /// XXH32 of the `guid` (3.4 and later). A server without one is identified as by ``id``.
  case guid
  /// What `id` meant by mistake in 3.0-dev7 to 3.2, until the fix of October 2025: the numeric id,
  /// mixed.
  case idOf30 = "id-3.0"

  /// Whether the address of the server counts.
  var isOfAddress: Bool { self == .address || self == .addressAndPort }

  /// The number from which the nodes of a server count up.
  ///
  /// A unix socket has no address that counts; its id does.
  func base(of server: HAProxyServer, id: Int) -> UInt32 {
    let id = UInt32(truncatingIfNeeded: id)
    switch self {
    case .id: return id &* 4096
    case .idOf30: return HAProxyAvalanche.mix(id)
    case .id32: return HAProxyAvalanche.mix(id.byteSwapped)
    case .guid:
      guard let guid = server.guid else { return id &* 4096 }
      return XXH32.hash(guid)
    case .address, .addressAndPort:
      guard let server = ServerAddress(server.address) else { return id &* 4096 }
      let seed = self == .addressAndPort ? HAProxyAvalanche.mix(UInt32(server.port)) : 0
      if server.address.isIPv6 {
        return XXH32(seed: seed).hash(server.address.bytes.span)
      }
      return HAProxyAvalanche.mix(seed &+ server.address.word(0).byteSwapped)
    }
  }
}
