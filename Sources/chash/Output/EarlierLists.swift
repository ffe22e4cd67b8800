import AccessLogs
import Configurations
import ConsistentHashing

/// The earlier lists of a cluster, and how many sessions of a log still live by each.
struct EarlierLists {
  /// The lists by which none does.
  let ended: Set<ListHistory.Entry>
  /// What is to be said of each list.
  let lines: [String]

  /// Counts the sessions of lists.
  ///
  /// - Parameters:
  ///   - lists: The lists; nil if sessions do not follow them.
  ///   - sessions: The sessions of a log; nil without one, and then no list has ended.
  ///   - idle: How many seconds after its last request a session has ended.
  init(_ lists: SessionLists?, _ sessions: LiveSessions?, idle: Int) {
    let entries = lists?.entries ?? []
    var ended: Set<ListHistory.Entry> = []
    var lines: [String] = []
    let counts = sessions?.live(byLists: entries.count, idle: Double(idle))
    for (position, entry) in entries.enumerated() {
      let list = "the list until \(utcText(entry.until))"
      guard let live = counts?[position] else {
        lines.append("\(list) stays")
        continue
      }
      guard let last = live.last else {
        ended.insert(entry)
        lines.append("\(list) goes: no session lives by it")
        continue
      }
      lines.append(
        "\(list) stays: \(counted(live.count, "session", "sessions")), the last request \(utcText(Int(last)))"
      )
    }
    self.ended = ended
    self.lines = lines
  }
}
