internal import Configurations

/// A file that has only `server` lines, as they stand in an upstream.
///
/// Modules such as nginx-upsync-module write such files, and upstreams include them. How a server is
/// picked stands elsewhere, so the file alone describes no cluster.
struct NginxServerList {
  /// The place of the first line.
  private let location: ConfigurationLocation

  /// Looks at the statements of the only file; nil if they are something else.
  init?(_ reading: NginxReading) {
    guard reading.files.count == 1, let file = reading.files.first else { return nil }
    var first: NginxStatement?
    for case .statement(let statement) in file.items {
      guard statement.name == "server", statement.block == nil, statement.words.count > 1 else {
        return nil
      }
      first = first ?? statement
    }
    guard let first else { return nil }
    location = ConfigurationLocation(file: file.file, line: first.line)
  }

  /// What to say about it.
  var error: ConfigurationError {
    ConfigurationError(
      .incomplete,
      "the file is a list of servers, as nginx-upsync-module writes it, and does not say how one is "
        + "picked; name a file that includes it: "
        + "upstream app { hash $request_uri consistent; include \(location.file); }", location)
  }
}
