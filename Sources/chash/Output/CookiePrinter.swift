import Configurations
import ConsistentHashing

/// Prints what a cookie says.
struct CookiePrinter {
  let cluster: Cluster
  let explained: ExplainedCookie

  /// The longest part of a value that a table shows.
  private static let longest = 64
  /// The width of sentences.
  private static let width = 76

  private var reading: CookieReading { explained.reading }

  func printTable(to output: Output) throws {
    let kind = explained.kind.title
    if let server = reading.server {
      try line("\(cluster.nodes[server].title), by \(kind)", to: output)
    } else if reading.defect == .hashed, let server = reading.hashed {
      try line("\(cluster.nodes[server].title), by the hash: \(reading.problem)", to: output)
    } else {
      try line("no server, by \(kind): \(reading.problem)", to: output)
    }
    if !reading.parts.isEmpty {
      try output.line()
      var table = TextTable([("PART", .left), ("VALUE", .left), ("MEANING", .left)])
      for part in reading.parts { table.add([part.name, Self.short(part.value), part.meaning]) }
      for line in table.lines { try output.line(line) }
    }
    try output.line()
    try line(reading.consequence, to: output)
  }

  func printJSON(to output: Output) throws {
    let parts = reading.parts.map { part in
      JSON.object([
        ("name", .text(part.name)), ("value", .text(part.value)), ("meaning", .text(part.meaning)),
      ])
    }
    let document = JSON.object([
      ("version", .integer(FormatVersion.current)),
      ("cluster", .text(cluster.name)),
      ("kind", .text(explained.kind.id)),
      ("cookie", explained.kind.cookie.map { .text($0) } ?? .null),
      ("server", json(reading.server)),
      ("reason", reason.map { .text($0) } ?? .null),
      ("position", position.map { .integer($0) } ?? .null),
      ("problem", reading.problem.isEmpty ? .null : .text(reading.problem)),
      ("hashed", json(reading.hashed)),
      ("consequence", .text(reading.consequence)),
      ("parts", .array(parts)),
    ])
    try output.line(document.lines())
  }

  private func json(_ server: Int?) -> JSON {
    guard let server else { return .null }
    let node = cluster.nodes[server]
    return .object([
      ("id", .text(node.id.text)), ("address", .text(node.address)),
      ("state", .text(node.state.rawValue)),
    ])
  }

  /// Why the cookie names no server, for programs.
  private var reason: String? {
    switch reading.defect {
    case .malformed: "malformed"
    case .unknownServer: "unknownServer"
    case .otherSecret: "otherSecret"
    case .hashed: "hashed"
    case nil: nil
    }
  }

  private var position: Int? {
    if case .malformed(let position)? = reading.defect { return position }
    return nil
  }

  /// Writes a sentence over several lines.
  private func line(_ text: String, to output: Output) throws {
    var line = ""
    for word in printable(text).split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > Self.width {
        try output.line(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    try output.line(line)
  }

  /// A value that fits a table.
  private static func short(_ value: String) -> String {
    value.count <= longest ? value : value.prefix(longest - 1) + "…"
  }
}
