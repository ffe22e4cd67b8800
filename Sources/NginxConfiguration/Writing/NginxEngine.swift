/// What of nginx picks a server for a key.
public enum NginxEngine: String, CaseIterable, Hashable, Sendable {
  /// nginx's own methods: `hash`, `ip_hash`, `split_clients`.
  case native
  /// The algorithms of this library, in the Lua module (`libnginx-mod-http-lua`, OpenResty).
  case lua
  /// The algorithms of this library, in nginx's JavaScript module.
  case njs
  /// The algorithms of this library, as ranges of `split_clients`.
  case splitClients = "split-clients"

  /// Whether the configuration names files, which have to lie where nginx finds them.
  public var needsFiles: Bool {
    switch self {
    case .native, .splitClients: false
    case .lua, .njs: true
    }
  }
}
