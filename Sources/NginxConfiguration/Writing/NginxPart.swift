/// How much of a configuration is written.
public enum NginxPart: String, CaseIterable, Hashable, Sendable {
  /// What belongs in `http { }` or `stream { }`: the upstreams, and the maps that they need.
  case upstreams
  /// What belongs in a `server { }`: the locations, or `proxy_pass` in a stream.
  case server
  /// Both, with a `server { }` around the second.
  case site
}
