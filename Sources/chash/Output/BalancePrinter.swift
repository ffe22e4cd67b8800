import ConsistentHashing
import RemapAnalysis

/// Prints how keys spread over nodes.
struct BalancePrinter {
  let report: BalanceReport
  let skipped: SkippedLines
  let cluster: String
  let rule: String

  func printTable(to output: Output) throws {
    let keys = report.keys == .given ? counted(report.total, "key", "keys") : generated
    try output.line(printable("\(cluster) (\(rule)): \(keys)"))
    try output.line()
    var table = TextTable([
      ("NODE", .left), ("KEYS", .right), ("SHARE", .right), ("TARGET", .right),
      ("SHARE/MEAN", .right),
    ])
    for node in report.nodes {
      let ratio = Double(node.count) / (Double(report.total) * node.target)
      table.add([
        node.id.text, grouped(node.count), percent(node.count, of: report.total),
        percent(node.target), node.target > 0 && report.total > 0 ? fixed(ratio, 3) : "-",
      ])
    }
    for line in table.lines { try output.line(line) }
    if report.byState > 0 {
      try output.line(
        "\(counted(report.byState, "key goes", "keys go")) by state: nothing in the key says where."
      )
    }
    guard report.total > 0 else { return }
    try output.line()
    var peak = "peak/mean: \(fixed(report.peak, 3))"
    if let fullest = report.fullest { peak += " (\(fullest))" }
    if let expected = report.expectedPeak { peak += "; expected \(fixed(expected, 3))" }
    try output.line(printable(peak))
  }

  private var generated: String { counted(report.total, "generated key", "generated keys") }

  func printJSON(to output: Output) throws {
    let document = JSON.object([
      ("version", .integer(FormatVersion.current)),
      ("cluster", .text(cluster)),
      ("algorithm", .text(rule)),
      ("keys", .text(report.keys.rawValue)),
      ("total", .integer(report.total)),
      ("byState", .integer(report.byState)),
      ("skippedLines", skipped.json),
      ("peakToMean", .number(report.peak)),
      ("expectedPeakToMean", report.expectedPeak.map { .number($0) } ?? .null),
      (
        "nodes",
        .array(
          report.nodes.map { node in
            .object([
              ("id", .text(node.id.text)), ("keys", .integer(node.count)),
              ("targetShare", .number(node.target)),
            ])
          })
      ),
    ])
    try output.line(document.lines())
  }
}
