import AccessLogs
import ArgumentParser
import ClusterDocument
import ConsistentHashing
import ProxyProfiles
import RemapAnalysis

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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
      For 'key: session', where sessions follow their server or their list. What leaves drains first: it keeps its \
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

      Where sessions follow their list, each step has a history beside it (1.history), which 'chash \
      generate' reads. With --log, lists by which no session lives go with the first step.
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
    let history = try input.history()
    let now = Int(time(nil))
    var plan = try plan(from: input, to: wanted, history, at: now)
    let idle = idleSeconds(input.placed)
    var lists: SessionLists?
    if input.placed.followsList, plan.keepsSessions {
      let next = plan.steps.first?.placed ?? input.placed
      lists = try input.source.locating { () throws(ClusterError) in
        try SessionLists(history, of: input.placed, next: next)
      }
    }
    var sessions: LiveSessions?
    if !log.isEmpty, !plan.steps.isEmpty || lists?.entries.isEmpty == false {
      let settings = KeySettings(files: log, logFormat: logFormat, value: value)
      sessions = try SessionLog(log, settings, of: input, lists: lists).sessions
    }
    let earlier = EarlierLists(lists, sessions, idle: idle)
    if !earlier.ended.isEmpty {
      plan = try self.plan(from: input, to: wanted, history, ended: earlier.ended, at: now)
    }
    let output = Output()
    guard !plan.steps.isEmpty else {
      try output.line("nothing changes")
      for line in earlier.lines { try output.line("        \(line)") }
      return try output.flush()
    }
    let printer = RolloutPrinter(
      plan: plan, input: input, sessions: sessions, earlier: earlier, idle: idle,
      takesLoss: loseSessions)
    let isRefused = try printer.print(to: output)
    try output.flush()
    if isRefused { throw ExitCode(2) }
    if let folder { try write(plan, to: folder) }
  }

  private func plan(
    from input: ClusterInput, to wanted: PlacedCluster, _ history: ListHistory,
    ended: Set<ListHistory.Entry> = [], at now: Int
  ) throws -> RolloutPlan {
    do throws(ClusterError) {
      return try RolloutPlan(
        from: input.placed, to: wanted, in: .all, history: history, ended: ended, time: now)
    } catch {
      throw CommandError("\(shown(cluster)): \(error)")
    }
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
    let lock = try FolderLock(folder)
    defer { lock.release() }
    for (number, step) in plan.steps.enumerated() {
      let text = ClusterDocument.text(
        of: step.placed, properties: RuleCatalogue.all.nodePropertyNames)
      let path = "\(folder)/\(number + 1).yaml"
      // The history first: a document that has none would lose sessions, and a history without its
      // document is refused.
      if step.placed.followsList, let file = HistoryFile(ofDocument: path) {
        try file.write(step.history.latest, of: step.placed, madeFrom: [cluster])
      }
      try AtomicFile.write(Array(text.utf8), to: path, madeFrom: [cluster])
    }
  }
}
