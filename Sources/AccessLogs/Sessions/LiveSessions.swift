internal import ConsistentHashing

/// The sessions of a log: which server answered each last, and when.
///
/// A session is known by the 64-bit hash of its id, so a session takes a few words whatever its id.
package struct LiveSessions: Sendable {
  private struct Last {
    var server: Int32
    var lists: UInt32
    var time: Double
  }

  private var sessions: [UInt64: Last] = [:]

  /// The earliest and the latest time in the log; nil without a request.
  package private(set) var times: ClosedRange<Double>?

  /// Creates an empty record.
  package init() {}

  /// Notes a request.
  ///
  /// Requests of a log stand in the order in which they ended. The latest counts, wherever it stands.
  ///
  /// - Parameters:
  ///   - id: The id of the session.
  ///   - server: The position of the server that answered.
  ///   - time: Seconds since 1970.
  ///   - lists: The earlier lists that the session may live by, a bit each.
  package mutating func note(
    _ id: Span<UInt8>, at server: Int, time: Double, lists: UInt32 = 0
  ) {
    times = times.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
    let hash = XXH3().hash(id)
    if let last = sessions[hash], last.time > time { return }
    sessions[hash] = Last(
      server: Int32(truncatingIfNeeded: server), lists: lists, time: time)
  }

  /// How many sessions there are in all.
  package var count: Int { sessions.count }

  /// The sessions of a server that have not ended.
  package struct Live: Hashable, Sendable {
    /// How many there are.
    package let count: Int
    /// When the last request of any of them was; nil if there is none.
    package let last: Double?

    package init(count: Int, last: Double?) {
      self.count = count
      self.last = last
    }
  }

  /// The sessions of servers that were alive when the log ends.
  ///
  /// - Parameters:
  ///   - servers: Positions.
  ///   - idle: How many seconds after its last request a session has ended.
  /// - Returns: One for each of the servers.
  package func live(on servers: [Int], idle: Double) -> [Live] {
    guard let end = times?.upperBound else {
      return servers.map { _ in Live(count: 0, last: nil) }
    }
    var counts: [Int32: (count: Int, last: Double)] = [:]
    for last in sessions.values where end - last.time < idle {
      let old = counts[last.server]
      counts[last.server] = ((old?.count ?? 0) + 1, max(old?.last ?? 0, last.time))
    }
    return servers.map { server in
      let found = counts[Int32(truncatingIfNeeded: server)]
      return Live(count: found?.count ?? 0, last: found?.last)
    }
  }

  /// The sessions of earlier lists that were alive when the log ends.
  ///
  /// A session that several lists may have placed counts for each of them.
  ///
  /// - Parameters:
  ///   - lists: How many lists there are, at most 32.
  ///   - idle: How many seconds after its last request a session has ended.
  /// - Returns: One for each of the lists.
  package func live(byLists lists: Int, idle: Double) -> [Live] {
    var counts = Array(repeating: 0, count: lists)
    var lasts = Array<Double?>(repeating: nil, count: lists)
    if let end = times?.upperBound {
      for last in sessions.values where last.lists != 0 && end - last.time < idle {
        for list in 0..<lists where last.lists >> UInt32(list) & 1 == 1 {
          counts[list] += 1
          lasts[list] = max(lasts[list] ?? 0, last.time)
        }
      }
    }
    return zip(counts, lasts).map(Live.init)
  }
}
