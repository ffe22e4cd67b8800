/// What nginx knows about a directive of `upstream { }`.
struct NginxDirectiveRule {
  /// The fewest and the most arguments.
  let arguments: ClosedRange<Int>
  /// The contexts that know it.
  let contexts: [NginxContext]
  /// The first version that knows it.
  let since: NginxVersion

  private init(
    _ arguments: ClosedRange<Int>, _ contexts: [NginxContext] = NginxContext.allCases,
    since: NginxVersion
  ) {
    self.arguments = arguments
    self.contexts = contexts
    self.since = since
  }

  /// The directives that open source nginx knows, by name.
  static let all: [String: NginxDirectiveRule] = [
    "server": NginxDirectiveRule(1...Int.max, since: NginxVersion(0, 1, 0)),
    "zone": NginxDirectiveRule(1...2, since: NginxVersion(1, 9, 0)),
    "hash": NginxDirectiveRule(1...2, since: NginxVersion(1, 7, 2)),
    "ip_hash": NginxDirectiveRule(0...0, [.http], since: NginxVersion(0, 5, 0)),
    "least_conn": NginxDirectiveRule(0...0, since: NginxVersion(1, 3, 1)),
    "least_time": NginxDirectiveRule(1...2, since: NginxVersion(1, 31, 0)),
    "random": NginxDirectiveRule(0...2, since: NginxVersion(1, 15, 1)),
    "keepalive": NginxDirectiveRule(1...2, [.http], since: NginxVersion(1, 1, 4)),
    "keepalive_requests": NginxDirectiveRule(1...1, [.http], since: NginxVersion(1, 15, 3)),
    "keepalive_time": NginxDirectiveRule(1...1, [.http], since: NginxVersion(1, 19, 10)),
    "keepalive_timeout": NginxDirectiveRule(1...1, [.http], since: NginxVersion(1, 15, 3)),
    "resolver": NginxDirectiveRule(1...Int.max, since: NginxVersion(1, 27, 3)),
    "resolver_timeout": NginxDirectiveRule(1...1, since: NginxVersion(1, 27, 3)),
    "sticky": NginxDirectiveRule(2...Int.max, [.http], since: .sticky),
  ]

  /// Directives that are often outside of upstreams, and are not allowed in one.
  static let outside: Set<String> = [
    "events", "http", "stream", "upstream", "location", "listen", "map", "proxy_pass",
  ]
}

extension NginxVersion {
  /// Names that are resolved while nginx runs, in the open source version.
  static let runTimeNames = NginxVersion(1, 27, 3)
  /// Sticky sessions in the open source version, with `drain` and `route=`.
  static let sticky = NginxVersion(1, 29, 6)
  /// nginx keeps idle connections by default, and `keepalive` may come before the method.
  static let keepaliveByDefault = NginxVersion(1, 29, 7)
  /// The last part of a `split_clients` block gets what parts of exactly 100 % leave over.
  static let remainderToLast = NginxVersion(1, 31, 2)
}
