import ArgumentParser
import ClusterDocument
import Configurations
import ConsistentHashing
import HAProxyConfiguration
import NginxConfiguration

/// `chash lint`: what in a configuration loses sessions.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Find what loses sessions or gives addresses of servers away.",
    usage: "chash lint <file>[#<upstream>]",
    discussion: """
      Example:

        $ chash lint nginx.conf

      Each finding is a line: the place, the kind, what happens, what to do, and the section of \
      docs/lint.md about it. For nginx, HAProxy and cluster documents. Several files, with commas \
      between them, are those of several routers: upstreams of one name are compared.

      The status is 0 without findings, 2 with findings, and 1 if something could not be read.
      """)

  @Argument(
    help: "A cluster document, or a configuration of nginx or HAProxy, with #NAME for a part.")
  var file: String

  @OptionGroup(title: "Reading configurations") var reading: ReadingOptions

  @Option(help: "How to print.")
  var format: BalanceFormat = .table

  func run() throws {
    let findings: [SessionFinding]
    var unread: [String] = []
    switch try ClusterReference(file).contents(reading) {
    case .document(let document): findings = SessionFindings.findings(of: document)
    case .configuration(let file, let name):
      (findings, unread) = try Self.findings(of: file, name: name)
    }
    let output = Output()
    switch format {
    case .table: for finding in findings { try output.line(Self.line(finding)) }
    case .json: try output.line(Self.json(findings).lines())
    }
    try output.flush()
    if let first = unread.first {
      let more = unread.count > 1 ? " (and \(unread.count - 1) more)" : ""
      throw CommandError(first + more)
    }
    if !findings.isEmpty { throw ExitCode(2) }
  }

  /// The findings of a configuration, and why parts could not be read.
  private static func findings(
    of file: ConfigurationFile, name: String?
  ) throws -> ([SessionFinding], unread: [String]) {
    guard file.reader is NginxReader || file.reader is HAProxyReader else {
      throw CommandError(
        "\(shown(file.path)): is a configuration of \(file.reader.system), which is not linted; name one of "
          + "nginx or HAProxy, or a cluster document")
    }
    let parts = try name.map { [try file.part(named: $0)] } ?? file.reading.clusters
    file.printProblems(ofOnePart: name != nil)
    let unread = parts.compactMap { part -> String? in
      guard case .failure(let error) = part.result,
        error.reason == .rejected || error.reason == .undecided
      else { return nil }
      return file.reason(error)
    }
    let reading = ConfigurationReading(clusters: parts, problems: [])
    return (reading.findings, unread)
  }

  private static func line(_ finding: SessionFinding) -> String {
    printable(
      "\(finding.location): \(finding.kind.rawValue): \(finding.problem); \(finding.remedy) "
        + "(\(finding.section))")
  }

  private static func json(_ findings: [SessionFinding]) -> JSON {
    .object([
      ("version", .integer(FormatVersion.current)),
      (
        "findings",
        .array(
          findings.map { finding in
            .object([
              ("file", .text(finding.location.file)), ("line", .integer(finding.location.line)),
              ("kind", .text(finding.kind.rawValue)), ("problem", .text(finding.problem)),
              ("remedy", .text(finding.remedy)), ("section", .text(finding.section)),
            ])
          })
      ),
    ])
  }
}
