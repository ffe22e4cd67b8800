internal import Configurations

/// A file that is the inside of an upstream: `server` lines, and perhaps directives for them.
///
/// Modules such as nginx-upsync-module write such files, and upstreams include them. The name of the
/// upstream stands elsewhere, and mostly how a server is picked as well, so the file alone describes no
/// cluster.
struct NginxServerList {
  /// The place of the first server.
  private let location: ConfigurationLocation
  /// Whether a directive says how a server is picked.
  private let hasMethod: Bool

  /// Looks at the statements of the only file; nil if they are something else.
  init?(_ reading: NginxReading) {
    guard reading.files.count == 1, let file = reading.files.first else { return nil }
    var first: NginxStatement?
    var names: Set<String> = []
    for case .statement(let statement) in file.items {
      guard statement.block == nil, NginxDirectiveRule.all[statement.name] != nil else {
        return nil
      }
      names.insert(statement.name)
      if statement.name == "server", statement.words.count > 1 { first = first ?? statement }
    }
    guard let first else { return nil }
    location = ConfigurationLocation(file: file.file, line: first.line)
    hasMethod = !names.isDisjoint(with: ["hash", "ip_hash", "least_conn", "least_time", "random"])
  }

  /// What to say about it.
  var error: ConfigurationError {
    ConfigurationError(
      .incomplete,
      "the file is a list of servers, as nginx-upsync-module writes it, "
        + (hasMethod ? "" : "does not say how one is picked, ")
        + "and belongs into an upstream; name a file that includes it: upstream app { "
        + (hasMethod ? "" : "hash $request_uri consistent; ") + "include \(location.file); }",
      location)
  }
}
