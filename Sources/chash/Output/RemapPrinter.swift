import ConsistentHashing
import RemapAnalysis

/// Prints what a scale event moves.
struct RemapPrinter {
  let report: RemapReport
  let skipped: SkippedLines
  let title: String
  let cluster: String
  let ruleBefore: String
  let ruleAfter: String

  /// Flows and nodes shown in a table; the others are summed up.
  private static let rowsShown = 30

  func printTable(to output: Output) throws {
    try output.line(answer)
    guard report.total > 0 else { return }
    try output.line()
    let rule = ruleBefore == ruleAfter ? ruleBefore : "\(ruleBefore) to \(ruleAfter)"
    try output.line(printable("\(cluster) (\(rule)): \(title)"))
    try output.line()
    try printSummary(to: output)
    if !report.readdressings.isEmpty { try printReaddressings(to: output) }
    if !report.flows.isEmpty { try printFlows(to: output) }
    try printNodes(to: output)
  }

  /// The answer in one line: how many keys lose their node.
  private var answer: String {
    let moved = Double(report.moved) / Double(max(report.total, 1))
    let keys = counted(report.total, "key", "keys")
    let generated = counted(report.total, "generated key", "generated keys")
    if report.otherMachine != report.moved, report.total > 0 { return machineAnswer }
    return switch (report.keys, report.moved) {
    case _ where report.total == 0: "No keys, so nothing moves."
    case (_, 0) where report.total == 1: "Nothing moves: the one key keeps its node."
    case (.given, 0): "Nothing moves: all \(keys) keep their nodes."
    case (.given, 1): "1 of \(keys) (\(percent(moved))) moves."
    case (.given, _): "\(grouped(report.moved)) of \(keys) (\(percent(moved))) move."
    case (.sampled, 0): "Nothing moves: all \(generated) keep their nodes."
    case (.sampled, _):
      "\(percent(moved)) of all keys move (± \(error(of: moved)), measured on \(generated))."
    }
  }

  /// The answer if names and machines differ: a session is on a machine.
  private var machineAnswer: String {
    let machine = Double(report.otherMachine) / Double(report.total)
    let moved = Double(report.moved) / Double(report.total)
    let keys =
      report.keys == .given
      ? "\(grouped(report.otherMachine)) of \(counted(report.total, "key", "keys")) "
        + "(\(percent(machine))) reach another address"
      : "\(percent(machine)) of all keys reach another address (± \(error(of: machine)), measured on "
        + "\(counted(report.total, "generated key", "generated keys")))"
    let names =
      report.moved == 0
      ? "though none changes the name of its node"
      : "\(percent(moved)) change the name of their node"
    return "\(keys)\(report.moved == 0 ? "," : ";") \(names)."
  }

  /// The sampling error of a share, in percentage points, at least the smallest number shown.
  private func error(of share: Double) -> String {
    fixed(max(report.samplingError(of: share) * 100, 0.01), 2)
  }

  private func printSummary(to output: Output) throws {
    let moved = Double(report.moved) / Double(report.total)
    var summary = TextTable([("", .left), ("KEYS", .right), ("SHARE", .right), ("", .left)])
    summary.add([
      "moved", grouped(report.moved), percent(moved),
      report.keys == .sampled && report.moved > 0 ? "± \(error(of: moved)) in 95 of 100 cases" : "",
    ])
    if report.otherMachine != report.moved {
      summary.add([
        "another address", grouped(report.otherMachine),
        percent(report.otherMachine, of: report.total), "sessions are on machines, not on names",
      ])
    }
    summary.add([
      "needless", grouped(report.needless), percent(report.needless, of: report.total),
      report.needless == 0 ? "" : "between nodes that did not change",
    ])
    summary.add(["floor", "", percent(report.floor.any), "the least, for shares exactly by weight"])
    if report.floor.stateless - report.floor.any > 0.000_05 {
      summary.add([
        "", "", percent(report.floor.stateless), "the least on average, knowing only the nodes",
      ])
    }
    for line in summary.lines { try output.line(line) }
    if report.byStateBefore > 0 || report.byStateAfter > 0 {
      try output.line(
        "\(counted(report.byStateAfter, "key goes", "keys go")) by state after the event "
          + "(\(grouped(report.byStateBefore)) before): nothing in the key says where.")
    }
  }

  /// Names whose address changes.
  private func printReaddressings(to output: Output) throws {
    try output.line()
    var table = TextTable([
      ("NAME", .left), ("ADDRESS BEFORE", .left), ("ADDRESS AFTER", .left),
      ("KEYS THAT STAY", .right),
    ])
    for line in report.readdressings.prefix(Self.rowsShown) {
      table.add([line.id.text, line.from, line.to, grouped(line.count)])
    }
    for line in table.lines { try output.line(line) }
    if report.readdressings.count > Self.rowsShown {
      let more = report.readdressings.count - Self.rowsShown
      try output.line(
        "… and \(counted(more, "more name", "more names")); --format json lists them all")
    }
  }

  private func printFlows(to output: Output) throws {
    try output.line()
    var table = TextTable([
      ("FROM", .left), ("TO", .left), ("KEYS", .right), ("SHARE", .right), ("", .left),
    ])
    // The largest first, equal ones in the order of the nodes.
    let flows = report.flows.enumerated()
      .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    for flow in flows.prefix(Self.rowsShown) {
      table.add([
        name(flow.from), name(flow.to), grouped(flow.count),
        percent(flow.count, of: report.total), flow.isNeedless ? "needless" : "",
      ])
    }
    for line in table.lines { try output.line(line) }
    if flows.count > Self.rowsShown {
      let rest = flows[Self.rowsShown...].reduce(0) { $0 + $1.count }
      try output.line(
        "… and \(counted(flows.count - Self.rowsShown, "more pair", "more pairs")) with "
          + "\(counted(rest, "key", "keys")); --format csv lists them all")
    }
  }

  private func printNodes(to output: Output) throws {
    try output.line()
    var table = TextTable([
      ("NODE", .left), ("BEFORE", .right), ("TARGET", .right), ("AFTER", .right),
      ("TARGET", .right),
    ])
    for node in report.nodes.prefix(Self.rowsShown) {
      table.add([
        node.id.text, node.before.map { percent($0, of: report.total) } ?? "-",
        node.before == nil ? "-" : percent(node.targetBefore),
        node.after.map { percent($0, of: report.total) } ?? "-",
        node.after == nil ? "-" : percent(node.targetAfter),
      ])
    }
    for line in table.lines { try output.line(line) }
    if report.nodes.count > Self.rowsShown {
      try output.line(
        "… and \(counted(report.nodes.count - Self.rowsShown, "more node", "more nodes")); "
          + "--format json lists them all")
    }
    try output.line()
    try output.line(
      "peak/mean: \(fixed(report.peakBefore, 3)) before, \(fixed(report.peakAfter, 3)) after")
  }

  private func name(_ id: NodeID?) -> String {
    id?.text ?? "(by state)"
  }

  func printCSV(to output: Output) throws {
    try output.line("from,to,keys,share,needless")
    for flow in report.flows {
      let share = Double(flow.count) / Double(report.total)
      try output.line(
        "\(CSV.cell(name(flow.from))),\(CSV.cell(name(flow.to))),\(flow.count),\(share),"
          + "\(flow.isNeedless)")
    }
  }

  func printJSON(to output: Output) throws {
    func share(_ count: Int) -> JSON {
      .number(report.total > 0 ? Double(count) / Double(report.total) : 0)
    }
    let moved = report.total > 0 ? Double(report.moved) / Double(report.total) : 0
    func id(_ id: NodeID?) -> JSON { id.map { .text($0.text) } ?? .null }
    let document = JSON.object([
      ("version", .integer(FormatVersion.current)),
      ("cluster", .text(cluster)),
      ("event", .text(title)),
      ("algorithm", .text(ruleBefore)),
      ("algorithmAfter", .text(ruleAfter)),
      ("keys", .text(report.keys.rawValue)),
      ("total", .integer(report.total)),
      ("moved", .integer(report.moved)),
      ("movedShare", .number(moved)),
      (
        "movedShareError95",
        report.keys == .given ? .number(0) : .number(report.samplingError(of: moved))
      ),
      ("otherMachine", .integer(report.otherMachine)),
      ("otherMachineShare", share(report.otherMachine)),
      ("needless", .integer(report.needless)),
      ("needlessShare", share(report.needless)),
      ("floorShare", .number(report.floor.any)),
      ("statelessFloorShare", .number(report.floor.stateless)),
      ("byStateBefore", .integer(report.byStateBefore)),
      ("byStateAfter", .integer(report.byStateAfter)),
      ("skippedLines", skipped.json),
      ("peakToMeanBefore", .number(report.peakBefore)),
      ("peakToMeanAfter", .number(report.peakAfter)),
      (
        "flows",
        .array(
          report.flows.map { flow in
            .object([
              ("from", id(flow.from)), ("to", id(flow.to)), ("keys", .integer(flow.count)),
              ("needless", .bool(flow.isNeedless)),
            ])
          })
      ),
      (
        "readdressings",
        .array(
          report.readdressings.map { line in
            .object([
              ("id", .text(line.id.text)), ("from", .text(line.from)), ("to", .text(line.to)),
              ("keys", .integer(line.count)),
            ])
          })
      ),
      (
        "nodes",
        .array(
          report.nodes.map { node in
            .object([
              ("id", .text(node.id.text)), ("before", node.before.map { .integer($0) } ?? .null),
              ("after", node.after.map { .integer($0) } ?? .null),
              ("targetShareBefore", .number(node.targetBefore)),
              ("targetShareAfter", .number(node.targetAfter)),
            ])
          })
      ),
    ])
    try output.line(document.lines())
  }
}
