import AccessLogs
import ConsistentHashing

/// Reads the sessions of a log: the id, the server that answered, and the time of each request.
struct SessionLog {
  /// The sessions that were found.
  let sessions: LiveSessions

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
    let serverNames = ["upstream_addr", "server", "upstream"]
    var places = (server: 0, time: 0)
    let requests = LoggedRequests(
      paths: paths, settings: settings, kind: input.keyKind, names: serverNames + LogTime.names)
    var sessions = LiveSessions()
    _ = try requests.forEach { file, has in
      guard let server = serverNames.indices.first(where: { has[$0] }) else {
        throw CommandError(
          "\(file): does not say which server answered; add $upstream_addr to the log_format of nginx"
        )
      }
      guard let time = has.indices.dropFirst(serverNames.count).first(where: { has[$0] }) else {
        throw CommandError(
          "\(file): has no times; add $msec or $time_iso8601 to the log_format of nginx")
      }
      places = (server, time)
    } visit: { request in
      guard let id = request.key?.hashed, let text = request.values[places.server],
        let time = request.values[places.time]
      else { return true }
      guard let seconds = LogTime.seconds(of: time) else {
        throw CommandError(
          "\(request.file):\(request.line): '\(printable(time))' is no time that is known; log $msec or "
            + "$time_iso8601")
      }
      let tries = AnsweringServers.tries(in: text, isKnown: servers.isKnown)
      // The last one answered; one that the cluster does not have has none of its sessions.
      guard let server = tries.last.flatMap(servers.place) else { return true }
      sessions.note(
        id.span, at: server, time: seconds, lists: lists?.lists(of: id.span, at: server) ?? 0)
      return true
    }
    self.sessions = sessions
    guard sessions.count > 0 else {
      throw CommandError(
        "\(paths.map(shown).joined(separator: ", ")): no line has the id of a session and a server of the "
          + "cluster; give a log of the router")
    }
  }
}
