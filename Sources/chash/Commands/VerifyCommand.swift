import AccessLogs
import ArgumentParser
import Configurations
import ConsistentHashing

/// `chash verify`: the servers of a log beside those that the cluster predicts.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare the servers that answered, as a log has them, with the prediction.",
    usage: "chash verify <cluster> --log <file> [--log-format <format>]",
    discussion: """
      The log has the key of each request and the server that it went to: $upstream_addr in the \
      log_format of nginx, or HAProxy's HTTP or TCP log. Run this before you trust a figure of the \
      other commands. For example, with this line in the http block of nginx.conf:

        log_format verify '$remote_addr [$time_local] "$request" "$cookie_sid" $upstream_addr';

        $ chash verify nginx.conf#shop --log access.log
        90.37 % of 374 requests went to the predicted server (shop, nginx).
        ...

      A request that went elsewhere is told by its reason. 'skipped': it went to the next server in \
      the order of its key, so the predicted one was down or at its limits. 'unknown server': the \
      cluster does not have the server, so the log is of another time or of another upstream. \
      'unexplained': none of these; then the cluster, its order or its key differ from what was \
      running.
      """)

  @Argument(help: "A cluster document, or a part of a configuration: nginx.conf#upstream.")
  var cluster: String

  @Option(
    help: ArgumentHelp(
      "The log; - for standard input. May be given several times.", valueName: "file"))
  var log: [String]

  @Option(
    help: ArgumentHelp(
      "The form of the lines; see 'chash remap --help'. Recognised unless given.",
      valueName: "format"))
  var logFormat: String?

  @Option(
    help: ArgumentHelp("The key is this value of the log.", valueName: "name"))
  var value: String?

  @Option(
    help: ArgumentHelp(
      "The server is this value of the log; upstream_addr or HAProxy's server unless given.",
      valueName: "name"))
  var serverValue: String?

  @OptionGroup var clusterOptions: ClusterOptions

  @Option(
    help: ArgumentHelp(
      "End with status 1 if fewer requests agree than this.", valueName: "percent"))
  var atLeast: Double?

  @Option(help: "How to print.")
  var format: BalanceFormat = .table

  func validate() throws {
    if log.isEmpty { throw ValidationError("Give a log with --log.") }
    if isStandardInput(cluster), log.contains(where: isStandardInput) {
      throw ValidationError("The cluster and the log cannot both come from standard input.")
    }
    if let atLeast, !(0...100).contains(atLeast) {
      throw ValidationError("--at-least is a percentage from 0 to 100.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let kind = input.keyKind
    kind.sayWhatIsUnknown()
    let selector = try input.selector()
    let settings = KeySettings(files: log, logFormat: logFormat, value: value)
    let hosts = try clusterOptions.reading.hosts
    var verification = LogVerification(selector) { hosts?.machines(of: $0) ?? [] }
    var skipped = VerifiedLines()
    let servers = serverValue.map { [$0] } ?? ["upstream_addr", "server", "upstream"]
    let backend = servers.count
    var place = 0
    let requests = LoggedRequests(
      paths: log, settings: settings, kind: kind, names: servers + ["backend"])
    let withoutKey = try requests.forEach { file, has in
      guard let first = has.dropLast().firstIndex(of: true) else {
        throw CommandError(
          "\(file): does not say which server answered; add $upstream_addr to the log_format of "
            + "nginx, or name the value that has it with --server-value")
      }
      place = first
    } visit: { request in
      if request.outcome == .broken { return true }
      if let backend = request.values[backend], backend != input.placed.name {
        skipped.otherBackends += 1
        return false
      }
      guard let text = request.values[place], text != "<NOSRV>" else {
        skipped.withoutServer += 1
        return false
      }
      guard let key = request.key else { return true }
      let tries = AnsweringServers.tries(in: text, isKnown: verification.isKnown)
      verification.compare(
        key.hashed.span, written: key.written.span, tries: tries, line: request.line)
      return true
    }
    guard verification.total > 0 else {
      throw CommandError(
        "\(log.map(shown).joined(separator: ", ")): no line has both a key and a server"
          + (skipped.text.map { " (left out: \($0))" } ?? "") + "; give another log")
    }
    let output = Output()
    let printer = VerificationPrinter(
      verification: verification, nodes: selector.nodes, skipped: skipped,
      withoutKey: withoutKey, cluster: input.placed.name, rule: input.rule.name)
    switch format {
    case .table: try printer.printTable(to: output)
    case .json: try printer.printJSON(to: output)
    }
    try output.flush()
    let share = Double(verification.agreeing) / Double(verification.total)
    if let atLeast, share * 100 < atLeast {
      throw CommandError(
        "\(percent(share)) agree, fewer than the \(plain(atLeast)) % of --at-least; look at the reasons"
      )
    }
  }
}

/// Lines that are not compared.
struct VerifiedLines {
  /// Lines of another backend of HAProxy.
  var otherBackends = 0
  /// Requests that no server got.
  var withoutServer = 0

  /// What was left out; nil if nothing was.
  var text: String? {
    var parts: [String] = []
    if otherBackends > 0 {
      parts.append(counted(otherBackends, "request", "requests") + " of other backends")
    }
    if withoutServer > 0 {
      parts.append(counted(withoutServer, "request", "requests") + " that no server got")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
