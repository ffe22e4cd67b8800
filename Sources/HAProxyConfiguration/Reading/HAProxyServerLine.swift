/// A server of a backend as it was read, with what `default-server` gives it.
public struct HAProxyServerLine: Hashable, Sendable {
  /// What identifies a server on the ring: the keyword `hash-key` (3.0).
  public enum HashKey: String, CaseIterable, Hashable, Sendable {
    /// The numeric id.
    case id
    /// The address.
    case address = "addr"
    /// The address and the port.
    case addressAndPort = "addr-port"
    /// All 32 bits of the numeric id (3.4).
    case id32
    /// The `guid` (3.4).
    case guid
  }

  /// The name; of a server from a template, the prefix and its number.
  public internal(set) var name: String
  /// The address as written.
  public let address: String
  /// `id`; counted by position where none is given.
  public internal(set) var id: Int?
  /// `guid` (3.0).
  public internal(set) var guid: String?
  /// `weight`: 1 unless given.
  public internal(set) var weight = 1
  /// `hash-key`: ``HashKey/id`` unless given.
  public internal(set) var hashKey = HashKey.id
  /// `backup`.
  public internal(set) var isBackup = false
  /// `disabled`.
  public internal(set) var isDisabled = false
  /// Whether the line, or the `default-server` above it, says how its name is resolved
  /// (`init-addr`, `resolvers`), so that HAProxy may start without an address.
  public internal(set) var isResolvedLater = false
  /// Where it stands.
  public let location: HAProxyLocation

  /// Whether it comes from `server-template`.
  public internal(set) var isFromTemplate = false

  /// The address as nodes have it; nil if none can have it.
  var placed: String?
  /// Whether the port counts from the one of the client.
  var hasPortOffset = false
  /// Why HAProxy cannot resolve the name, where it cannot be one.
  var reasonWithoutAddress: String?

  init(name: String, address: String, location: HAProxyLocation) {
    self.name = name
    self.address = address
    self.location = location
  }

  /// Takes what its line says.
  mutating func take(_ settings: HAProxyServerSettings) {
    id = settings.id
    guid = settings.guid
    weight = settings.weight
    hashKey = settings.hashKey
    isBackup = settings.isBackup
    isDisabled = settings.isDisabled
    isResolvedLater = settings.isResolvedLater
  }
}
