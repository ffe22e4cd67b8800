import ConsistentHashing

/// The servers that nginx has tried for one request, and how it goes on when its hash has failed.
///
/// All hashing methods of nginx share this: after more than 20 steps that found no server they leave
/// the hash for smooth weighted round robin, and once all servers have failed for the backups.
struct NginxAttempts {
  /// Steps without a server after which nginx leaves the hash.
  static let maximum = 20

  /// Lines that are up, no backups, and not tried yet.
  private(set) var untried: [Bool]

  /// How many those are.
  private(set) var left: Int

  /// Steps that found no server.
  var steps = 0

  private let hasBackup: Bool

  init(_ peers: [NginxPeer]) {
    untried = peers.map { !$0.isDown && !$0.isBackup }
    left = untried.count { $0 }
    hasBackup = peers.contains { $0.isBackup && !$0.isDown }
  }

  /// Whether the hash is still asked.
  var isHashing: Bool { left > 0 && steps <= Self.maximum }

  /// The one line that round robin can begin with, if there is only one.
  var only: Int? { left == 1 ? untried.firstIndex(of: true) : nil }

  mutating func markTried(_ line: Int) {
    untried[line] = false
    left -= 1
  }

  /// What comes when the hash is not asked any more.
  func finish(_ visit: (Int) -> Bool) -> PreferenceEnd {
    // Round robin over one server is no question of state.
    if let only, !visit(only) { return .stopped }
    if left > 1 { return .stateful("round robin") }
    return hasBackup ? .stateful("backup servers, round robin") : .everyNode
  }
}
