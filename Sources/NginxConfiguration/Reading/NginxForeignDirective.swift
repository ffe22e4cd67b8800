/// Directives in `upstream { }` that open source nginx does not know, but a module or a relative does.
///
/// Real configurations have them. Those that only check servers, or hold connections and requests,
/// leave the choice of a server to the method; the others make or change it by rules of their own.
struct NginxForeignDirective {
  /// What the directive does to the choice of a server.
  enum Role {
    /// Nothing: while all servers answer, the method alone decides.
    case neutral
    /// It picks the server.
    case picks
    /// It brings servers that the file does not name.
    case brings
  }

  /// Where it is from.
  let origin: String
  let role: Role

  /// What to say to users about it.
  var remedy: String {
    switch role {
    case .neutral: "it is part of \(origin), and changes no choice between servers that answer"
    case .picks: "it is part of \(origin), and picks servers by a rule that is not known here"
    case .brings: "it is part of \(origin), and brings servers that this file does not name"
    }
  }

  /// What to say about a directive that begins like a comment of another language.
  ///
  /// nginx names the line in which it ends.
  static func commentRemedy(_ statement: NginxStatement) -> String? {
    guard ["//", "/*", "*", "--"].contains(where: { statement.name.utf8.starts(with: $0.utf8) })
    else { return nil }
    let first = statement.words[0].line
    return "comments of nginx begin with #; this is a directive "
      + (first == statement.line ? "" : "from line \(first) ") + "to the next ; or {"
  }

  /// The directive of a name, where one is known.
  static func named(_ name: String) -> NginxForeignDirective? {
    if name.utf8.starts(with: "check_".utf8) { return all["check"] }
    if name.utf8.starts(with: "upsync".utf8) { return all["upsync"] }
    return all[name]
  }

  private static let all: [String: NginxForeignDirective] = {
    var all: [String: NginxForeignDirective] = [:]
    func add(_ names: String, _ role: Role, _ origin: String) {
      for name in names.split(separator: " ") {
        all[String(name)] = NginxForeignDirective(origin: origin, role: role)
      }
    }
    add("queue ntlm health_check", .neutral, "the commercial version")
    add("state", .brings, "the commercial version")
    add("sticky_cookie_insert", .picks, "the commercial version")
    add("check", .neutral, "nginx_upstream_check_module (Tengine has it)")
    add("dynamic_resolve keepalive_error", .neutral, "Tengine")
    add("consistent_hash session_sticky vnswrr", .picks, "Tengine")
    add("fair upstream_fair_shm_size", .picks, "nginx-upstream-fair")
    add("jvm_route", .picks, "nginx-upstream-jvm-route")
    add("hash_again hash_method", .picks, "an older hash module")
    add("jdomain", .brings, "nginx-upstream-jdomain")
    add("upsync", .brings, "nginx-upsync-module")
    add(
      "balancer_by_lua_block balancer_by_lua_file balancer_by_lua", .picks,
      "the Lua module (OpenResty)")
    return all
  }()
}
