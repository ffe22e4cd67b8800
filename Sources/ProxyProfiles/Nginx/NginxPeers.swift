internal import ConsistentHashing

/// What all hashing methods of nginx ask of the server lines of an upstream.
struct NginxPeers: Sendable {
  /// Whether a key may go to each line: it is up, and not a backup.
  let isUsable: [Bool]

  /// The line that gets every key, hashed or not: the only usable one.
  let only: Int?

  /// Whether the hash decides: more than one line is usable.
  let isHashing: Bool

  private let usableCount: Int
  private let hasBackup: Bool

  /// Steps that find no server after which nginx leaves the hash.
  static let maximumSteps = 20

  /// Takes the lines of all nodes.
  ///
  /// - Throws: `ClusterError` if no line but backups is up.
  init(_ lines: [NginxPeer]) throws(ClusterError) {
    isUsable = lines.map(\.isUsable)
    usableCount = isUsable.count { $0 }
    guard let first = isUsable.firstIndex(of: true) else {
      throw ClusterError(
        .noAvailableNode, .cluster, "no server line but backups is up",
        remedy: "remove 'down' from one that is not a backup")
    }
    isHashing = usableCount > 1
    only = isHashing ? nil : first
    hasBackup = lines.contains { $0.isBackup && !$0.isDown }
  }

  /// Visits the lines in the order in which nginx tries them for one request as each fails.
  ///
  /// All hashing methods share this: after more than 20 steps that found no server nginx leaves the
  /// hash for smooth weighted round robin, and once all lines have failed for the backups.
  ///
  /// - Parameters:
  ///   - isHashed: Whether nginx hashes the key at all.
  ///   - visit: Takes a line; false stops the walk.
  ///   - next: Takes a step along the hash, given which lines are still free; nil if it leads to none
  ///     of them.
  func walk(
    isHashed: Bool, _ visit: (Int) -> Bool, next: (_ isFree: (Int) -> Bool) -> Int?
  ) -> PreferenceEnd {
    var tried = IndexSet(bound: isUsable.count)
    var steps = 0
    if isHashed, isHashing {
      while tried.count < usableCount, steps <= Self.maximumSteps {
        if let line = next({ isUsable[$0] && !tried.contains($0) }) {
          _ = tried.insert(line)
          if !visit(line) { return .stopped }
        } else {
          steps += 1
        }
      }
    }
    // Over one server round robin does not depend on state.
    if usableCount - tried.count > 1 { return .stateful("round robin") }
    for line in isUsable.indices where isUsable[line] && !tried.contains(line) {
      if !visit(line) { return .stopped }
    }
    return hasBackup ? .stateful("backup servers, round robin") : .everyNode
  }

  /// The key space of a method that takes a hash modulo the sum of weights.
  ///
  /// Keys whose line is down are hashed again. Where they go cannot be told from the hash: the next
  /// one depends on all bytes of the key.
  func keySpace(_ wheel: WeightWheel, last: UInt64, hash: String, hashesEveryKey: Bool)
    -> KeySpace
  {
    let domain = HashDomain(last: last)
    let keyHash = KeyHashIdentity(function: hash)
    if let only { return KeySpace(everyKeyTo: only, domain: domain, keyHash: keyHash) }
    let residues = wheel.residues { isUsable[$0] ? .node($0) : .rehashed }
    return KeySpace(
      domain: domain, keyHash: keyHash, form: .residues(residues),
      stateRule: hashesEveryKey && residues.owners.namesEveryNode ? nil : "round robin")
  }
}
