public import Configurations
public import ProxyProfiles

/// A server of a backend as it was read, with what `default-server` gives it.
public struct HAProxyServerLine: Hashable, Sendable {
  /// The name; of a server from a template, the prefix and its number.
  public internal(set) var name: String
  /// The address as written.
  public let address: String
  /// `id`; counted by position where none is given.
  public internal(set) var id: Int?
  /// `guid` (3.0).
  public internal(set) var guid: String?
  /// `weight`; the default is 1.
  public internal(set) var weight = 1
  /// `hash-key`; the default is `id`.
  public internal(set) var hashKey = HAProxyHashKey.id
  /// `backup`.
  public internal(set) var isBackup = false
  /// `disabled`.
  public internal(set) var isDisabled = false
  /// Whether the line, or the `default-server` above it, says how its name is resolved
  /// (`init-addr`, `resolvers`), so that HAProxy may start without an address.
  public internal(set) var isResolvedLater = false
  /// The other words of the line, with their arguments; `true` for words without one.
  ///
  /// What `default-server` says is included.
  public internal(set) var parameters: [String: String] = [:]
  /// Where the line is.
  public let location: ConfigurationLocation

  /// Whether it comes from `server-template`.
  public internal(set) var isFromTemplate = false

  /// The address as nodes have it; nil if none can have it.
  var placed: String?
  /// Whether the port counts from the one of the client.
  var hasPortOffset = false
  /// Why HAProxy cannot resolve the name, where it cannot be one.
  var reasonWithoutAddress: String?

  init(name: String, address: String, location: ConfigurationLocation) {
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
    parameters = settings.parameters
  }
}
