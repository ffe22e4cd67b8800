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
      for line in remarks(step, isFirst: index == 0, &isRefused) {
        try output.line("        \(line)")
      }
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
    return parts.isEmpty ? "the placement of new sessions changes" : parts.joined(separator: ", ")
  }

  /// Names in a line; of many, the first ones.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).joined(separator: ", ")
    return names.count > 20 ? "\(shown) and \(grouped(names.count - 20)) more" : shown
  }

  private func remarks(_ step: RolloutPlan.Step, isFirst: Bool, _ isRefused: inout Bool) -> [String]
  {
    guard plan.keepsSessions else {
      isRefused = true
      return [
        "sessions move with their keys, for the hash places every request: 'chash remap' says how many; write "
          + "'key: session' with follow: server, or take the loss with --lose-sessions"
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
