import ConsistentHashing

/// Prints the answers of `lookup` as they come, in memory that does not grow with their number.
struct LookupPrinter {
  let format: LookupFormat
  let nodes: [Node]
  let isPreference: Bool
  let output: Output

  /// Rows of a table held until the width of its first column is known.
  private var held: [(key: String, nodes: String, address: String)] = []
  private var bytesHeld = 0
  private var keyWidth: Int?
  private let nodeWidth: Int
  /// What follows the key in tab-separated values, by node.
  private let ends: [[UInt8]]
  private var rows = 0

  /// Rows whose keys decide the width of the first column.
  private static let rowsHeld = 1000

  /// Longer keys do not widen the column.
  private static let widestColumn = 64

  /// How many bytes of keys may be held for that.
  private static let bytesHeld = 1 << 20

  init(format: LookupFormat, nodes: [Node], isPreference: Bool, output: Output) {
    self.format = format
    self.nodes = nodes
    self.isPreference = isPreference
    self.output = output
    ends =
      format == .tsv
      ? nodes.map {
        let cells = [$0.id.text, $0.address].map { TabSeparated.cell($0) }
        return Array("\t\(cells[0])\t\(cells[1])\n".utf8)
      } : []
    nodeWidth = nodes.reduce(4) { max($0, printable($1.id.text).count) }
  }

  /// Adds the node of a key.
  mutating func add(_ key: Span<UInt8>, index: Int) throws {
    guard format == .tsv, !isPreference else {
      return try add(key, Preference([index], end: .stopped))
    }
    rows += 1
    try TabSeparated.write(key, to: output)
    let end = ends[index]
    try output.write(end.span)
  }

  mutating func begin() throws {
    if format == .json { try output.write("[") }
  }

  mutating func add(_ key: Span<UInt8>, _ preference: Preference) throws {
    rows += 1
    switch format {
    case .table: try addToTable(key, preference)
    case .tsv: try addTabSeparated(key, preference)
    case .json:
      try output.write(rows == 1 ? "\n" : ",\n")
      try output.write("  " + json(key, preference))
    }
  }

  mutating func end() throws {
    switch format {
    case .table: try release()
    case .tsv: break
    case .json: try output.line(rows == 0 ? "]" : "\n]")
    }
  }

  // MARK: Table

  private mutating func addToTable(_ key: Span<UInt8>, _ preference: Preference) throws {
    let row: (String, String, String)
    if isPreference {
      let names = preference.map { printable(nodes[$0].id.text) } + stateRule(preference)
      row = (text(key), names.joined(separator: " > "), "")
    } else if let index = preference.first {
      row = (text(key), printable(nodes[index].id.text), printable(nodes[index].address))
    } else {
      row = (text(key), stateRule(preference).joined(), "")
    }
    if keyWidth == nil {
      held.append(row)
      bytesHeld += key.count
      if held.count == Self.rowsHeld || bytesHeld >= Self.bytesHeld { try release() }
    } else {
      try write(row)
    }
  }

  private mutating func release() throws {
    guard keyWidth == nil, !held.isEmpty else { return }
    // One long key does not push every other line to the right.
    keyWidth = max(3, held.lazy.map(\.key.count).filter { $0 <= Self.widestColumn }.max() ?? 3)
    try write(isPreference ? ("KEY", "NODES", "") : ("KEY", "NODE", "ADDRESS"))
    for row in held { try write(row) }
    held = []
  }

  private func write(_ row: (key: String, nodes: String, address: String)) throws {
    let key = padded(row.key, to: keyWidth ?? 0)
    if row.address.isEmpty {
      try output.line("\(key)  \(row.nodes)")
    } else {
      try output.line("\(key)  \(padded(row.nodes, to: nodeWidth))  \(row.address)")
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  // MARK: Tab-separated values

  private func addTabSeparated(_ key: Span<UInt8>, _ preference: Preference) throws {
    try TabSeparated.write(key, to: output)
    if isPreference {
      for index in preference { try output.write("\t" + TabSeparated.cell(nodes[index].id.text)) }
      for rule in stateRule(preference) { try output.write("\t\(rule)") }
      try output.line()
    } else if let index = preference.first {
      try output.line(
        "\t" + TabSeparated.cell(nodes[index].id.text) + "\t"
          + TabSeparated.cell(nodes[index].address))
    } else {
      try output.line("\t" + stateRule(preference).joined() + "\t")
    }
  }

  // MARK: JSON

  private func json(_ key: Span<UInt8>, _ preference: Preference) -> String {
    var fields: [(String, JSON)] = [JSON.key(key)]
    let named = preference.map { index in
      JSON.object([("node", .text(nodes[index].id.text)), ("address", .text(nodes[index].address))])
    }
    if isPreference {
      fields.append(("preference", .array(named)))
    } else {
      let node = preference.first.map { nodes[$0] }
      fields.append(("node", node.map { .text($0.id.text) } ?? .null))
      fields.append(("address", node.map { .text($0.address) } ?? .null))
    }
    if case .stateful(let rule) = preference.end { fields.append(("then", .text(rule))) }
    return JSON.object(fields).text
  }

  // MARK: Pieces

  /// `(round robin)` or the like where the system places the key by state, nothing otherwise.
  private func stateRule(_ preference: Preference) -> [String] {
    if case .stateful(let rule) = preference.end { return ["(\(rule))"] }
    return []
  }

  /// A key for reading: bytes that are not UTF-8 are shown as U+FFFD, control characters as `\u{…}`.
  private func text(_ key: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    for index in key.indices { bytes.append(key[index]) }
    return printable(String(decoding: bytes, as: UTF8.self))
  }
}
