import ConsistentHashing

/// Prints the rows of `lookup` as they come, in memory that does not grow with their number.
struct LookupTable {
  /// A line: a key as it is shown, its node or its preference, and the address of the node.
  typealias Row = (key: String, nodes: String, address: String)

  private let isPreference: Bool
  private let output: Output
  private let nodeWidth: Int

  /// Rows held until the width of the first column is known.
  private var held: [Row] = []
  private var bytesHeld = 0
  private var keyWidth: Int?

  /// Rows whose keys decide the width of the first column.
  private static let rowsHeld = 1000

  /// Longer keys do not widen the column.
  private static let widestColumn = 64

  /// How many bytes of keys may be held for that.
  private static let bytesHeld = 1 << 20

  init(nodes: [Node], isPreference: Bool, output: Output) {
    self.isPreference = isPreference
    self.output = output
    nodeWidth = nodes.reduce(4) { max($0, printable($1.id.text).count) }
  }

  mutating func add(_ row: Row) throws {
    guard keyWidth == nil else { return try write(row) }
    held.append(row)
    bytesHeld += row.key.utf8.count
    if held.count == Self.rowsHeld || bytesHeld >= Self.bytesHeld { try release() }
  }

  mutating func end() throws {
    try release()
  }

  private mutating func release() throws {
    guard keyWidth == nil, !held.isEmpty else { return }
    // One long key does not push every other line to the right.
    keyWidth = max(3, held.lazy.map(\.key.count).filter { $0 <= Self.widestColumn }.max() ?? 3)
    try write(isPreference ? ("KEY", "NODES", "") : ("KEY", "NODE", "ADDRESS"))
    for row in held { try write(row) }
    held = []
  }

  private func write(_ row: Row) throws {
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
}
