public import Configurations

/// A pool of a configuration as it was read.
public struct TwemproxyPool: Hashable, Sendable {
  /// How a server is picked: `distribution`.
  public enum Distribution: String, CaseIterable, Hashable, Sendable {
    /// A ketama ring.
    case ketama
    /// The hash modulo the sum of weights.
    case modula
    /// Any server.
    case random
  }

  /// The name.
  public let name: String
  /// `distribution`.
  public internal(set) var distribution = Distribution.ketama
  /// `hash`, by its name; the default is `fnv1a_64`.
  public internal(set) var hash = "fnv1a_64"
  /// `hash_tag`: two bytes, between which the hashed part of a key is.
  public internal(set) var hashTag: String?
  /// The directives that do not say where keys go, as written, without `redis_auth`.
  public internal(set) var settings: [String: String] = [:]
  /// Whether `redis_auth` gives a password.
  public internal(set) var hasPassword = false
  /// The servers in their order.
  public internal(set) var servers: [TwemproxyServerLine] = []
  /// Where the pool begins.
  public let location: ConfigurationLocation
  /// The first reason why twemproxy refuses the pool.
  public internal(set) var flaw: ConfigurationProblem?

  init(name: String, location: ConfigurationLocation) {
    self.name = name
    self.location = location
  }

  /// `auto_eject_hosts`: whether servers that fail leave the pool; off by default.
  public var ejectsServers: Bool { settings["auto_eject_hosts"] == "true" }
}
