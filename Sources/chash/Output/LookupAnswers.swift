import AccessLogs
import ConsistentHashing

/// Makes the answers of `lookup` for some keys; several threads may do so at once.
struct LookupAnswers: Sendable {
  let selector: any NodeSelector
  let format: LookupFormat

  /// How many nodes of the preference are asked for; nil if only the node of a key is.
  let limit: Int?

  /// What follows the key in the answer that is a node, or in each part of a preference, by node.
  private let ends: KeyBatch.Texts

  private static let object = Array(",\n  {".utf8)

  /// Answers as they are printed.
  enum Made: Sendable {
    case text([UInt8])
    case rows([LookupTable.Row])
  }

  init(_ selector: any NodeSelector, format: LookupFormat, limit: Int?) {
    self.selector = selector
    self.format = format
    self.limit = limit
    ends = KeyBatch.Texts(
      selector.nodes.map { node in
        switch (format, limit) {
        case (.json, nil): ", \(JSON.text(of: Self.fields(of: node)))}"
        case (_, nil): "\t\(TabSeparated.cell(node.id.text))\t\(TabSeparated.cell(node.address))\n"
        case _: "\t\(TabSeparated.cell(node.id.text))"
        }
      })
  }

  /// Makes the answers for some keys.
  func made(for batch: KeyBatch) throws(BatchError) -> Made {
    var nodes: [Int32] = []
    if limit == nil {
      nodes = Array(repeating: -1, count: batch.count)
      var places = nodes.mutableSpan
      try selector.indices(
        forKeys: batch.keys.bytes.span, ends: batch.keys.ends.span, into: &places)
    }
    var text: [UInt8] = []
    var rows: [LookupTable.Row] = []
    if format != .table { text.reserveCapacity(2 * batch.keys.bytes.count + 64 * batch.count) }
    for number in 0..<batch.count {
      let node = limit == nil ? Int(nodes[number]) : -1
      switch format {
      case .tsv where node >= 0:
        batch.withWritten(number) { TabSeparated.append($0, to: &text) }
        ends.write(node, to: &text)
      case .json where node >= 0:
        text += Self.object
        batch.withWritten(number) { JSON.append(key: $0, to: &text) }
        ends.write(node, to: &text)
      case .tsv: appendTabSeparated(number, batch, to: &text)
      case .json: text += (",\n  " + json(number, preference(node, number, batch), batch)).utf8
      case .table: rows.append(row(number, preference(node, number, batch), batch))
      }
    }
    return format == .table ? .rows(rows) : .text(text)
  }

  /// The answer for a key.
  ///
  /// The end of a preference is known only after a walk, which a key with a node does not need.
  private func preference(_ node: Int, _ number: Int, _ batch: KeyBatch) -> Preference {
    node >= 0
      ? Preference([node], end: .stopped)
      : batch.withKey(number) { selector.preference(for: $0, limit: limit ?? 1) }
  }

  // MARK: Forms

  private func appendTabSeparated(_ number: Int, _ batch: KeyBatch, to text: inout [UInt8]) {
    batch.withWritten(number) { TabSeparated.append($0, to: &text) }
    let preference = preference(-1, number, batch)
    for node in preference { ends.write(node, to: &text) }
    if limit != nil {
      for rule in stateRule(preference) { text += "\t\(rule)".utf8 }
    } else if preference.isEmpty {
      text += "\t\(stateRule(preference).joined())\t".utf8
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func row(_ number: Int, _ preference: Preference, _ batch: KeyBatch) -> LookupTable.Row {
    let key = batch.withWritten(number) { printable(String(decoding: $0.array, as: UTF8.self)) }
    let nodes = selector.nodes
    if limit != nil {
      let names = preference.map { printable(nodes[$0].id.text) } + stateRule(preference)
      return (key, names.joined(separator: " > "), "")
    }
    guard let index = preference.first else { return (key, stateRule(preference).joined(), "") }
    return (key, printable(nodes[index].id.text), printable(nodes[index].address))
  }

  private func json(_ number: Int, _ preference: Preference, _ batch: KeyBatch) -> String {
    let nodes = selector.nodes
    var fields: [(String, JSON)] = [batch.withWritten(number) { JSON.key($0) }]
    if limit != nil {
      fields.append(("preference", .array(preference.map { .object(Self.fields(of: nodes[$0])) })))
    } else {
      fields += preference.first.map { Self.fields(of: nodes[$0]) } ?? Self.noFields
    }
    if case .stateful(let rule) = preference.end { fields.append(("then", .text(rule))) }
    return JSON.object(fields).text
  }

  private static func fields(of node: Node) -> [(String, JSON)] {
    [("node", .text(node.id.text)), ("address", .text(node.address))]
  }

  private static var noFields: [(String, JSON)] { [("node", .null), ("address", .null)] }

  /// `(round robin)` or the like where the system places the key by state, nothing otherwise.
  private func stateRule(_ preference: Preference) -> [String] {
    if case .stateful(let rule) = preference.end { return ["(\(rule))"] }
    return []
  }
}
