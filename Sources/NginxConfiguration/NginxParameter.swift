/// A parameter of `server`, or a directive of `upstream { }`, that clusters keep as a property.
///
/// The property has the name in kebab case: `max_fails=3` is `max-fails: "3"`, `backup` is
/// `backup: "true"`, and `zone app 64k;` is `zone: "app 64k"`.
struct NginxParameter {
  /// How the parameter is written.
  enum Form {
    /// A word alone, such as `backup`.
    case flag
    /// A word with a value, such as `max_fails=3`.
    case value
    /// A directive with its arguments, such as `zone app 64k;`.
    case directive
  }

  /// The name in nginx's configuration, such as `max_fails`.
  let word: String
  let form: Form
  /// The contexts that know it.
  let contexts: [NginxContext]
  /// The first version that knows it.
  let since: NginxVersion

  /// The name of the property, such as `max-fails`.
  var property: String { Self.property(word) }

  /// The name of the property for a word of nginx.
  static func property(_ word: String) -> String {
    String(
      decoding: word.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
  }

  /// The parameters of `server`, in the order in which they are written.
  static let ofServer: [NginxParameter] = [
    NginxParameter(word: "max_conns", form: .value, contexts: all, since: NginxVersion(1, 11, 5)),
    NginxParameter(word: "max_fails", form: .value, contexts: all, since: NginxVersion(0, 1, 0)),
    NginxParameter(word: "fail_timeout", form: .value, contexts: all, since: NginxVersion(0, 1, 0)),
    NginxParameter(word: "resolve", form: .flag, contexts: all, since: .runTimeNames),
    NginxParameter(word: "service", form: .value, contexts: all, since: .runTimeNames),
    NginxParameter(word: "route", form: .value, contexts: [.http], since: .sticky),
    NginxParameter(word: "drain", form: .flag, contexts: [.http], since: .sticky),
    NginxParameter(word: "backup", form: .flag, contexts: all, since: NginxVersion(0, 6, 7)),
  ]

  /// The directives before the servers, in the order in which they are written.
  static let beforeServers = ["zone", "resolver", "resolver_timeout"].compactMap(directive)

  /// The directives after the servers.
  ///
  /// nginx before 1.29.7 loses `keepalive` and `sticky` unless the method comes before them.
  static let afterServers = [
    "sticky", "keepalive", "keepalive_requests", "keepalive_time", "keepalive_timeout",
  ].compactMap(directive)

  /// The names of the directives that clusters keep.
  static let directives = Set((beforeServers + afterServers).map(\.word))

  private static let all = NginxContext.allCases

  private static func directive(_ word: String) -> NginxParameter? {
    NginxDirectiveRule.all[word].map {
      NginxParameter(word: word, form: .directive, contexts: $0.contexts, since: $0.since)
    }
  }
}
