import AccessLogs
import ArgumentParser
import ClusterDocument
import ConsistentHashing
import ProxyProfiles
import RemapAnalysis

/// `chash rollout`: the steps of a change that loses no session, and when each may be made.
struct RolloutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollout",
    abstract: "Plan a change so that no session is lost, and say when each step may be made.",
    usage: """
      chash rollout <cluster> --remove <id> ... [--folder <folder>]
      chash rollout <cluster> --remove <id> ... --log <file> [--idle 30m]
      """,
    discussion: """
      For 'key: session', where sessions follow their server. What leaves drains first: it keeps its \
      sessions and gets no new ones. It goes when its sessions have ended:

        $ chash rollout shop.yaml --add app-4=10.0.0.4:8080 --remove app-2
        step 1: app-4 joins, app-2 drains
                no session moves
        step 2: app-2 leaves
                wait until the sessions of app-2 have ended

      With --folder each step is written there as a document, from which 'chash generate' makes the \
      configuration: 1.yaml, 2.yaml. Between the steps, --log counts the sessions that still live on \
      what is to leave:

        $ chash rollout rollout/1.yaml --remove app-2 --log access.log
        step 1: app-2 leaves
                app-2: 12 sessions, the last request 2026-12-01 13:02:11 UTC; not before
                2026-12-01 13:32:11 UTC

      The log needs the id of the session ($shop_id for the cluster 'shop'), $upstream_addr, and $msec or \
      $time_iso8601. The exit status is 2 while a step would lose sessions, and nothing is written then; \
      --lose-sessions takes the loss. The same command may be run again at any time.
      """)

  @Argument(help: "The cluster now: a document.")
  var cluster: String

  @OptionGroup(title: "Event") var event: EventOptions

  @Option(
    help: ArgumentHelp(
      "Write the document of each step into this folder, which is made if it is missing.",
      valueName: "folder"))
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "A log of the routers, newest requests included. May be given several times.",
      valueName: "file"))
  var log: [String] = []

  @Option(
    help: ArgumentHelp(
      "The form of the lines; see 'chash remap --help'. Recognised unless given.",
      valueName: "format"))
  var logFormat: String?

  @Option(
    help: ArgumentHelp("The id of the session is this value of the log.", valueName: "name"))
  var value: String?

  @Option(
    help: ArgumentHelp(
      "How long after its last request a session has ended: 30m, 12h.",
      discussion: "By default the lifetime of the cookie, or 30m.", valueName: "time"))
  var idle: String?

  @Flag(help: "Make steps that lose sessions.")
  var loseSessions = false

  @OptionGroup var clusterOptions: ClusterOptions

  func validate() throws {
    if folder?.isEmpty == true { throw ValidationError("--folder needs the name of a folder.") }
    if let idle, SessionAffinity.seconds(of: idle) == nil {
      throw ValidationError("--idle is a time such as 90s, 30m or 12h.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let wanted = try wanted(after: input)
    let plan: RolloutPlan
    do throws(ClusterError) {
      plan = try RolloutPlan(from: input.placed, to: wanted, in: .all)
    } catch {
      throw CommandError("\(shown(cluster)): \(error)")
    }
    let output = Output()
    guard !plan.steps.isEmpty else {
      try output.line("nothing changes")
      return try output.flush()
    }
    let sessions =
      try log.isEmpty
      ? nil
      : SessionLog(
        log, KeySettings(files: log, logFormat: logFormat, value: value), of: input)
    let printer = RolloutPrinter(
      plan: plan, input: input, sessions: sessions?.sessions, idle: idleSeconds(input.placed),
      takesLoss: loseSessions)
    let isRefused = try printer.print(to: output)
    try output.flush()
    if isRefused { throw ExitCode(2) }
    if let folder { try write(plan, to: folder) }
  }

  private func wanted(after input: ClusterInput) throws -> PlacedCluster {
    if let path = event.to { return try ClusterInput(path, clusterOptions).placed }
    do throws(ClusterError) {
      return try input.placed.applying(event.events(from: input.placed.placement))
    } catch {
      throw CommandError("\(shown(cluster)): \(error)")
    }
  }

  private func idleSeconds(_ placed: PlacedCluster) -> Int {
    if let idle, let seconds = SessionAffinity.seconds(of: idle) { return seconds }
    if case .session(let affinity)? = placed.placement.key, let lifetime = affinity.lifetime {
      return lifetime
    }
    return 1800
  }

  /// Writes a document for each step.
  private func write(_ plan: RolloutPlan, to folder: String) throws {
    try FileDescriptor.makeFolder(folder)
    for (number, step) in plan.steps.enumerated() {
      let text = ClusterDocument.text(
        of: step.placed, properties: RuleCatalogue.all.nodePropertyNames)
      try AtomicFile.write(
        Array(text.utf8), to: "\(folder)/\(number + 1).yaml", madeFrom: [cluster])
    }
  }
}
