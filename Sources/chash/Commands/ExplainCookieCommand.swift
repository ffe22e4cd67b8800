import ArgumentParser
import Configurations
import ConsistentHashing

/// `chash explain-cookie`: the server that a cookie names.
struct ExplainCookieCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain-cookie",
    abstract: "Say which server a cookie of a session names, and what happens with it.",
    usage: "chash explain-cookie <cluster> <value> [--secret <text>]",
    discussion: """
      Example:

        $ chash explain-cookie sessions.yaml 0efcb8350f3a691c838b9f9fc91af980
        web-2 (10.0.0.2:8080), by the cookie of nginx's sticky

        PART    VALUE                             MEANING
        server  0efcb8350f3a691c838b9f9fc91af980  the MD5 of 10.0.0.2:8080

        The request goes to web-2 (10.0.0.2:8080), unless it has failed or has
        max_conns of connections.

      The value is as the browser sends it, alone, as NAME=VALUE or as a whole line 'Cookie: …'; \
      with - it is read from standard input.

      Kinds: the cookie of 'key: session'; nginx's sticky cookie and sticky route; HAProxy's cookie \
      insert, rewrite and prefix, dynamic too; Envoy's stateful sessions; for a document of any other \
      key also Traefik's sticky cookie and Caddy's lb_policy cookie. A cookie that is the key itself \
      is hashed.
      """)

  @Argument(help: "A cluster document, or a part of a configuration: nginx.conf#upstream.")
  var cluster: String

  @Argument(
    help: ArgumentHelp(
      "The cookie: its value, NAME=VALUE or a line; - for standard input.", valueName: "value"))
  var value: String

  @Option(
    help: ArgumentHelp(
      "A secret that the cluster does not have.",
      discussion:
        "Caddy's secret, HAProxy's dynamic-cookie-key, or one that a document had before.",
      valueName: "text"))
  var secret: String?

  @OptionGroup(title: "Reading configurations") var reading: ReadingOptions

  @Option(help: "How to print.")
  var format: BalanceFormat = .table

  func validate() throws {
    if isStandardInput(cluster), isStandardInput(value) {
      throw ValidationError("The cluster and the cookie cannot both come from standard input.")
    }
  }

  func run() throws {
    let input = try CookieInput(cluster, reading, secret: secret)
    let explained = try ExplainedCookie(GivenCookie(try given()), of: input)
    let output = Output()
    let printer = CookiePrinter(cluster: input.cluster, explained: explained)
    switch format {
    case .table: try printer.printTable(to: output)
    case .json: try printer.printJSON(to: output)
    }
    try output.flush()
  }

  /// The bytes of the cookie.
  private func given() throws -> [UInt8] {
    guard value == "-" else { return Array(value.utf8) }
    let file = try FileDescriptor.reading(value)
    defer { file.close() }
    return try file.readAll(limit: Self.largest)
  }

  /// Servers take lines of some kilobytes; what is above this is no cookie.
  private static let largest = 16 << 20
}
