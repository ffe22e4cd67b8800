import ConsistentHashing
import RemapAnalysis

/// Prints how keys spread over nodes.
struct BalancePrinter {
  let report: BalanceReport
  let input: ClusterInput

  func printTable(to output: Output) throws {
    let keys = report.keys == .given ? counted(report.total, "key", "keys") : generated
    try output.line("\(input.cluster.name) (\(input.algorithm.name)): \(keys)")
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
    if report.stateful > 0 {
      try output.line(
        "\(counted(report.stateful, "key goes", "keys go")) by state: nothing in the key says where."
      )
    }
    guard report.total > 0 else { return }
    try output.line()
    var peak = "peak/mean: \(fixed(report.peak, 3))"
    if let fullest = report.fullest { peak += " (\(fullest))" }
    if let expected = report.expectedPeak { peak += "; expected \(fixed(expected, 3))" }
    try output.line(peak)
  }

  private var generated: String { counted(report.total, "generated key", "generated keys") }

  func printJSON(to output: Output) throws {
    let document = JSON.object([
      ("cluster", .text(input.cluster.name)),
      ("algorithm", .text(input.algorithm.name)),
      ("keys", .text(report.keys == .given ? "given" : "sampled")),
      ("total", .integer(report.total)),
      ("byState", .integer(report.stateful)),
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
