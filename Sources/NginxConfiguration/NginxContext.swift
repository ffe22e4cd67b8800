/// The part of a configuration that an upstream is in.
public enum NginxContext: String, CaseIterable, Hashable, Sendable {
  /// `http { }`: requests, with cookies, arguments and headers.
  case http
  /// `stream { }`: connections, of which nginx knows only the addresses (since nginx 1.9.0).
  case stream
}
