import ConsistentHashing

/// Prints the answers of `lookup` as they come.
struct LookupPrinter {
  private let format: LookupFormat
  private let output: Output
  private var table: LookupTable
  private var isEmpty = true

  init(_ answers: LookupAnswers, output: Output) {
    format = answers.format
    self.output = output
    table = LookupTable(
      nodes: answers.selector.nodes, isPreference: answers.limit != nil, output: output)
  }

  mutating func begin() throws {
    if format == .json { try output.write("[") }
  }

  mutating func add(_ made: LookupAnswers.Made) throws {
    switch made {
    case .rows(let rows):
      for row in rows { try table.add(row) }
    case .text(let text):
      guard !text.isEmpty else { return }
      // Objects have commas between them, so the first has none before it.
      let start = format == .json && isEmpty ? 1 : 0
      isEmpty = false
      try output.write(text.span.extracting(start..<text.count))
    }
  }

  mutating func end() throws {
    switch format {
    case .table: try table.end()
    case .tsv: break
    case .json: try output.line(isEmpty ? "]" : "\n]")
    }
  }
}
