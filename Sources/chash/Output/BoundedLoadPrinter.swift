import ConsistentHashing
import RemapAnalysis

/// Prints which requests leave the node of their key under a limit on its load.
struct BoundedLoadPrinter {
  let report: BoundedLoadReport
  let keys: RemapReport.Keys
  let skipped: SkippedLines
  let cluster: String
  let rule: String

  func printTable(to output: Output) throws {
    let requests = counted(report.total, "request", "requests")
    let share = percent(report.spilled, of: report.total)
    try output.line("\(share) of \(requests) leave the node of their key.")
    try output.line()
    let origin = keys == .given ? "keys given" : "generated keys"
    let load =
      "\(grouped(report.inFlight)) in flight, limit \(fixed(Double(report.percent) / 100, 2))"
    try output.line(printable("\(cluster) (\(rule)): \(origin), ") + load)
    try output.line()
    var table = TextTable([
      ("NODE", .left), ("BY HASH", .right), ("TAKEN", .right), ("TARGET", .right),
      ("MOST IN FLIGHT", .right),
    ])
    for node in report.nodes {
      table.add([
        node.id.text, percent(node.first, of: report.total), percent(node.count, of: report.total),
        percent(node.target), grouped(node.peak),
      ])
    }
    for line in table.lines { try output.line(line) }
    if report.byState > 0 {
      try output.line(
        "\(counted(report.byState, "key goes", "keys go")) by state: nothing in the key says where."
      )
    }
    guard !report.flows.isEmpty else { return }
    try output.line()
    var flows = TextTable([
      ("FROM", .left), ("TO", .left), ("REQUESTS", .right), ("SHARE", .right),
    ])
    let sorted = report.flows.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }.map(\.element)
    for flow in sorted.prefix(Self.flowsShown) {
      flows.add([
        flow.from.text, flow.to.text, grouped(flow.count), percent(flow.count, of: report.total),
      ])
    }
    for line in flows.lines { try output.line(line) }
    if sorted.count > Self.flowsShown {
      try output.line(
        "… and \(grouped(sorted.count - Self.flowsShown)) more; --format json has all")
    }
  }

  private static let flowsShown = 20

  func printJSON(to output: Output) throws {
    let document = JSON.object([
      ("version", .integer(FormatVersion.current)),
      ("cluster", .text(cluster)),
      ("algorithm", .text(rule)),
      ("keys", .text(keys.rawValue)),
      ("percent", .integer(report.percent)),
      ("inFlight", .integer(report.inFlight)),
      ("total", .integer(report.total)),
      ("byState", .integer(report.byState)),
      ("skippedLines", skipped.json),
      ("spilled", .integer(report.spilled)),
      (
        "nodes",
        .array(
          report.nodes.map { node in
            .object([
              ("id", .text(node.id.text)), ("byHash", .integer(node.first)),
              ("taken", .integer(node.count)), ("mostInFlight", .integer(node.peak)),
              ("targetShare", .number(node.target)),
            ])
          })
      ),
      (
        "flows",
        .array(
          report.flows.map { flow in
            .object([
              ("from", .text(flow.from.text)), ("to", .text(flow.to.text)),
              ("requests", .integer(flow.count)),
            ])
          })
      ),
    ])
    try output.line(document.lines())
  }
}
