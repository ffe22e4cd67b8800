import AccessLogs
import ConsistentHashing

/// Prints how the servers of a log agree with the prediction.
struct VerificationPrinter {
  let verification: LogVerification
  let nodes: [Node]
  let skipped: VerifiedLines
  let withoutKey: SkippedLines
  let cluster: String
  let rule: String

  func printTable(to output: Output) throws {
    let total = verification.total
    try output.line(
      "\(percent(verification.agreeing, of: total)) of \(counted(total, "request", "requests")) went to the "
        + "predicted server (\(printable(cluster)), \(rule)).")
    try output.line()
    var table = TextTable([("", .left), ("REQUESTS", .right), ("SHARE", .right), ("", .left)])
    for verdict in LogVerification.Verdict.allCases {
      guard let count = verification.counts[verdict] else { continue }
      table.add([verdict.title, grouped(count), percent(count, of: total), verdict.reason])
    }
    for line in table.lines { try output.line(line) }
    if let text = skipped.text { try output.line("Not compared: \(text).") }
    try printSkips(to: output)
    try printDoubts(to: output)
    try printExamples(to: output)
  }

  private func printSkips(to output: Output) throws {
    guard !verification.skips.isEmpty else { return }
    try output.line()
    var table = TextTable([
      ("SKIPPED SERVER", .left), ("REQUESTS", .right), ("FIRST LINE", .right),
      ("LAST LINE", .right),
      ("TOOK MEANWHILE", .right), ("", .left),
    ])
    for (place, skip) in verification.skips.sorted(by: { $0.key < $1.key }) {
      table.add([
        printable(nodes[place].id.text), grouped(skip.count), grouped(skip.lines.lowerBound),
        grouped(skip.lines.upperBound), grouped(skip.answersMeanwhile),
        skip.answersMeanwhile > skip.count ? "not simply down" : "",
      ])
    }
    for line in table.lines { try output.line(line) }
  }

  /// When the disagreements that nothing explains began and ended.
  private func printDoubts(to output: Output) throws {
    guard let lines = verification.doubtfulLines else { return }
    try output.line()
    let before = verification.agreeingBefore
    let after = verification.agreeingAfter
    let range =
      lines.count == 1
      ? "line \(lines.lowerBound)" : "lines \(lines.lowerBound) to \(lines.upperBound)"
    try output.line(
      "What skipping does not explain is in \(range); \(grouped(before)) requests agree before it and "
        + "\(grouped(after)) after it.")
    let many = max(20, verification.total / 50)
    if after >= many, before < many {
      try output.line(
        "The cluster may have been another one before line \(lines.upperBound): a reload.")
    } else if before >= many, after < many {
      try output.line("The cluster may be another one since line \(lines.lowerBound): a reload.")
    }
  }

  private func printExamples(to output: Output) throws {
    guard !verification.examples.isEmpty else { return }
    try output.line()
    var table = TextTable([
      ("LINE", .right), ("KEY", .left), ("PREDICTED", .left), ("WENT TO", .left), ("", .left),
    ])
    for example in verification.examples.sorted(by: { $0.line < $1.line }) {
      table.add([
        grouped(example.line), printable(String(decoding: example.key, as: UTF8.self)),
        example.predicted.map { printable(nodes[$0].id.text) } ?? "(by state)",
        printable(example.server), example.verdict.title,
      ])
    }
    for line in table.lines { try output.line(line) }
  }

  func printJSON(to output: Output) throws {
    let counts = LogVerification.Verdict.allCases.map { verdict in
      (verdict.rawValue, JSON.integer(verification.counts[verdict] ?? 0))
    }
    let document = JSON.object([
      ("version", .integer(FormatVersion.current)),
      ("cluster", .text(cluster)),
      ("algorithm", .text(rule)),
      ("requests", .integer(verification.total)),
      ("agreeing", .integer(verification.agreeing)),
      (
        "agreeingShare", .number(Double(verification.agreeing) / Double(verification.total))
      ),
      ("verdicts", .object(counts)),
      ("withoutServer", .integer(skipped.withoutServer)),
      ("otherBackends", .integer(skipped.otherBackends)),
      ("skippedLines", withoutKey.json),
      (
        "examples",
        .array(
          verification.examples.sorted { $0.line < $1.line }.map { example in
            .object(
              [("line", .integer(example.line)), JSON.key(example.key.span)] + [
                ("predicted", example.predicted.map { .text(nodes[$0].id.text) } ?? .null),
                ("server", .text(example.server)), ("verdict", .text(example.verdict.rawValue)),
              ])
          })
      ),
    ])
    try output.line(document.lines())
  }
}

extension LogVerification.Verdict {
  /// The verdict in words.
  fileprivate var title: String {
    switch self {
    case .agrees: "agrees"
    case .retried: "agrees, retried"
    case .skipped: "skipped"
    case .unknownServer: "unknown server"
    case .byState: "by state"
    case .unexplained: "unexplained"
    }
  }

  /// What the verdict means, in one line.
  fileprivate var reason: String {
    switch self {
    case .agrees: ""
    case .retried: "the predicted server failed, and another one answered"
    case .skipped: "the next server for the key: the predicted one was down or at its limits"
    case .unknownServer: "not in the cluster: another time, or another upstream"
    case .byState: "the rule does not place the key by its hash"
    case .unexplained: "another cluster, order or key than the one that was running"
    }
  }
}
