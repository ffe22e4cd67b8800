import AccessLogs
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
        : ids.map { printable($0.text) }.joined(separator: ", ") + " \(ids.count == 1 ? one : many)"
    }
    let parts = [
      list(step.joining, "joins", "join"), list(step.draining, "drains", "drain"),
      list(step.leaving, "leaves", "leave"), list(step.moving, "moves", "move"),
    ].compactMap(\.self)
    return parts.isEmpty ? "the placement of new sessions changes" : parts.joined(separator: ", ")
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
    let places = step.leaving.compactMap { id in input.placed.nodes.firstIndex { $0.id == id } }
    let names = places.map { printable(input.placed.nodes[$0].id.text) }
    guard let sessions else {
      lines.append("wait until the sessions of \(names.joined(separator: ", ")) have ended")
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
      let end = UTCTime(last + Double(idle))
      lines.append(
        "\(name): \(counted(live.count, "session", "sessions")), the last request \(UTCTime(last).text); not "
          + "before \(end.text)")
    }
    if let end = sessions.times?.upperBound {
      lines.append(
        "the log ends at \(UTCTime(end).text); a session has ended after \(duration(idle))")
    }
    return lines
  }

  private func duration(_ seconds: Int) -> String { SessionAffinity.written(seconds: seconds) }
}

/// A time as people and programs read it, such as `2026-12-01T13:02:11Z`.
struct UTCTime {
  let text: String

  /// Writes seconds since 1970; a fraction is left out.
  init(_ seconds: Double) {
    let total = Int(seconds.rounded(.down))
    let days = total / 86_400
    let clock = total % 86_400
    // The calendar counts from 1 March of the year 0, so that the leap day is the last of its year.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let civilMonth = month < 10 ? month + 3 : month - 9
    text =
      "\(year + era * 400 + (civilMonth <= 2 ? 1 : 0))-\(two(civilMonth))-\(two(day))"
      + "T\(two(clock / 3600)):\(two(clock / 60 % 60)):\(two(clock % 60))Z"
  }
}
