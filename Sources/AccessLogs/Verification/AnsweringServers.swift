/// The servers that a line of a log says a request went to.
package enum AnsweringServers {
  /// The servers that were tried, in order, in nginx's `$upstream_addr`: `10.0.0.1:80, 10.0.0.2:80`.
  ///
  /// ` : ` separates the servers of several upstreams, when nginx redirected the request internally. Of
  /// those the first one counts that has a server of the cluster.
  package static func tries(in text: String, isKnown: (String) -> Bool) -> [String] {
    let groups = split(text, at: " : ").map { split($0, at: ", ") }
    return groups.first { $0.contains(where: isKnown) } ?? groups.first ?? []
  }

  private static func split(_ text: String, at separator: String) -> [String] {
    var parts: [String] = []
    var rest = Array(text.utf8)[...]
    let separator = Array(separator.utf8)
    while let start = rest.indices.first(where: { rest[$0...].starts(with: separator) }) {
      parts.append(String(decoding: rest[..<start], as: UTF8.self))
      rest = rest[(start + separator.count)...]
    }
    parts.append(String(decoding: rest, as: UTF8.self))
    return parts
  }
}
