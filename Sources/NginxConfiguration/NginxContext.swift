/// The part of a configuration that an upstream stands in.
public enum NginxContext: String, CaseIterable, Hashable, Sendable {
  /// `http { }`: requests, with cookies, arguments and headers.
  case http
  /// `stream { }`: connections, of which nginx knows the addresses only (since nginx 1.9.0).
  case stream
}
