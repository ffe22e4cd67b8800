import AccessLogs
import ConsistentHashing

/// Reads the sessions of a log: the id, the server that answered, and the time of each request.
struct SessionLog {
  /// The sessions that were found.
  private(set) var sessions = LiveSessions()

  /// Reads logs.
  ///
  /// - Parameters:
  ///   - paths: Files and folders.
  ///   - settings: How lines are read.
  ///   - input: The cluster.
  ///   - lists: The earlier lists that sessions may live by; nil if they do not follow their list.
  init(
    _ paths: [String], _ settings: KeySettings, of input: ClusterInput, lists: SessionLists?
  ) throws {
    // Only the names of servers are asked for, whatever places the keys.
    let servers = LogVerification(try input.selector())
    let kind = input.keyKind
    for path in try KeyPaths.files(of: paths) {
      var reader = try LineBlocks(path)
      let serverNames = ["upstream_addr", "server", "upstream"]
      var finding = try KeyFinding(
        of: reader, settings, kind: kind, also: serverNames + LogTime.names)
      if let remark = finding.remark { Notes.say("\(reader.name): \(remark)") }
      let has = finding.keys.hasOthers
      guard let serverPlace = serverNames.indices.first(where: { has[$0] }) else {
        throw CommandError(
          "\(reader.name): does not say which server answered; add $upstream_addr to the log_format of nginx"
        )
      }
      guard let timePlace = has.indices.dropFirst(serverNames.count).first(where: { has[$0] })
      else {
        throw CommandError(
          "\(reader.name): has no times; add $msec or $time_iso8601 to the log_format of nginx")
      }
      var remarks = LineRemarks(name: reader.name, settings, kind: kind)
      while let block = try reader.next() {
        let linesBefore = remarks.lines
        var tally = LineTally()
        var badTime: (line: Int, text: String)?
        let remainder = block.forEachLine { line, number in
          if finding.skipsFirstLine, linesBefore + number == 1 { return }
          var id: [UInt8]?
          let outcome = finding.keys.find(in: line) { key, _ in id = key.array }
          tally.note(outcome, line: number)
          guard let id, let text = finding.keys.other(serverPlace, in: line),
            let time = finding.keys.other(timePlace, in: line)
          else { return }
          guard let seconds = LogTime.seconds(of: time) else {
            if badTime == nil { badTime = (linesBefore + number, time) }
            return
          }
          let tries = AnsweringServers.tries(in: text, isKnown: servers.isKnown)
          // The last one answered; one that the cluster does not have has none of its sessions.
          guard let server = tries.last.flatMap(servers.place) else { return }
          sessions.note(
            id.span, at: server, time: seconds, lists: lists?.lists(of: id.span, at: server) ?? 0)
        }
        if let badTime {
          throw CommandError(
            "\(reader.name):\(badTime.line): '\(printable(badTime.text))' is no time that is known; log $msec or "
              + "$time_iso8601")
        }
        try remarks.add(tally, remainder)
      }
      remarks.say()
    }
    guard sessions.count > 0 else {
      throw CommandError(
        "\(paths.map(shown).joined(separator: ", ")): no line has the id of a session and a server of the "
          + "cluster; give a log of the router")
    }
  }
}
