import AccessLogs
import Configurations
import ConsistentHashing
import RemapAnalysis

/// Prints the steps of a rollout, and whether the next one would lose sessions.
struct RolloutPrinter {
  let plan: RolloutPlan
  let input: ClusterInput
  /// The sessions of a log; nil without one.
  let sessions: LiveSessions?
  /// The earlier lists that sessions live by, and how many do.
  let earlier: EarlierLists
  /// How many seconds after its last request a session has ended.
  let idle: Int
  /// Whether steps that lose sessions are made all the same.
  let takesLoss: Bool

  /// Prints the steps.
  ///
  /// - Returns: Whether the first step would lose sessions and is refused.
  func print(to output: Output) throws -> Bool {
    var isRefused = false
    for (index, step) in plan.steps.enumerated() {
      try output.line("step \(index + 1): \(title(step))")
      var lines = remarks(step, isFirst: index == 0, &isRefused)
      if index == 0, plan.keepsSessions { lines += earlier.lines }
      if step.history.entries.count > ListHistory.largestCount {
        isRefused = true
        lines.append(
          "\(step.history.entries.count) earlier lists would be kept, and \(ListHistory.largestCount) are the most; "
            + "give the log of the routers with --log, so that those without sessions go, or let the earliest go with "
            + "--lose-sessions")
      }
      for line in lines { try output.line("        \(line)") }
    }
    return isRefused && !takesLoss
  }

  private func title(_ step: RolloutPlan.Step) -> String {
    func list(_ ids: [NodeID], _ one: String, _ many: String) -> String? {
      ids.isEmpty
        ? nil
        : Self.list(ids.map { printable($0.text) }) + " \(ids.count == 1 ? one : many)"
    }
    let parts = [
      list(step.joining, "joins", "join"), list(step.draining, "drains", "drain"),
      list(step.leaving, "leaves", "leave"), list(step.moving, "moves", "move"),
    ].compactMap(\.self)
    if !parts.isEmpty { return parts.joined(separator: ", ") }
    return step.placed == input.placed
      ? "lists without sessions go" : "the placement of new sessions changes"
  }

  /// Names in a line; of many, the first ones.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? "\(shown) and \(grouped(names.count - 20)) more" : shown
  }

  private func remarks(_ step: RolloutPlan.Step, isFirst: Bool, _ isRefused: inout Bool) -> [String]
  {
    switch plan.loss {
    case nil: break
    case .otherNames:
      isRefused = true
      return [
        "all sessions move: the names in their cookies are not known with another cookie, secret or name of the "
          + "cluster; keep them, or take the loss with --lose-sessions"
      ]
    case .placedByHash:
      isRefused = true
      return [
        "sessions move with their keys, for the hash places every request: 'chash remap' says how many; write "
          + "'key: session' with follow: server or follow: list, or take the loss with --lose-sessions"
      ]
    }
    var lines: [String] = []
    if !step.moving.isEmpty {
      isRefused = isRefused || isFirst
      lines.append(
        "the sessions of what moves go to another machine, and are lost unless they were copied there; give the "
          + "new machine an id of its own, or take the loss with --lose-sessions")
    }
    if step.leaving.isEmpty {
      return lines.isEmpty ? ["no session moves"] : lines
    }
    let leaving = Set(step.leaving)
    let places = input.placed.nodes.indices.filter { leaving.contains(input.placed.nodes[$0].id) }
    let names = places.map { printable(input.placed.nodes[$0].id.text) }
    guard let sessions else {
      lines.append("wait until the sessions of \(Self.list(names)) have ended")
      if isFirst {
        isRefused = true
        lines.append(
          "nothing says that they have: give the log of the routers with --log, or take the loss with "
            + "--lose-sessions")
      }
      return lines
    }
    for (name, live) in zip(names, sessions.live(on: places, idle: Double(idle))) {
      guard let last = live.last else {
        lines.append("\(name): no session")
        continue
      }
      isRefused = isRefused || isFirst
      let end = utcText(Int(last) + idle)
      lines.append(
        "\(name): \(counted(live.count, "session", "sessions")), the last request \(utcText(Int(last))); not "
          + "before \(end)")
    }
    if let end = sessions.times?.upperBound {
      lines.append(
        "the log ends at \(utcText(Int(end))); a session has ended after \(duration(idle))")
    }
    return lines
  }

  private func duration(_ seconds: Int) -> String { SessionAffinity.written(seconds: seconds) }
}
