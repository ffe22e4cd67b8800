import ConsistentHashing
import Foundation
import ProxyProfiles

/// The peers in other languages: Guava, uhashring and jump-consistent-hash.
struct Peers {
  /// Guava under Java, or why there is none.
  let guava: Result<Peer, Peer.Failure>

  /// The packages for Python, or why there are none.
  let python: Result<Peer, Peer.Failure>

  private let keys: KeySet

  /// Python is slow enough for fewer keys to do.
  private static let fewKeys = 1 << 14

  /// Writes the keys to a file and starts the peers that are built in a folder.
  init(builtIn folder: String, sources: String, keys: KeySet) throws {
    self.keys = keys
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "keys-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let lines = (0..<keys.count).map { "\(keys.text($0)) \(String(keys.hashes[$0], radix: 16))\n" }
    try Data(lines.joined().utf8).write(to: file)

    let java = "\(folder)/java"
    guava = Self.start(
      "java", ["-cp", "\(java):\(java)/guava.jar", "GuavaPeer", file.path],
      needs: ["\(java)/GuavaPeer.class", "\(java)/guava.jar"])
    let interpreter = "\(folder)/python/bin/python"
    let script = "\(sources)/python_peer.py"
    python = Self.start(interpreter, [script, file.path], needs: [interpreter, script])
  }

  private static func start(_ program: String, _ arguments: [String], needs files: [String])
    -> Result<Peer, Peer.Failure>
  {
    Result { () throws(Peer.Failure) in
      do {
        return try Peer(program, arguments, needs: files)
      } catch {
        throw error as? Peer.Failure ?? Peer.Failure(description: "\(error)")
      }
    }
  }

  /// What ran, and what did not.
  var facts: [(name: String, value: String)] {
    [("Guava", Self.fact(guava)), ("Python", Self.fact(python))]
  }

  private static func fact(_ peer: Result<Peer, Peer.Failure>) -> String {
    switch peer {
    case .success(let peer): peer.name
    case .failure(let failure): failure.description
    }
  }

  /// Runs all comparisons with peers that are there.
  func measure(into report: inout Report, effort: Effort) throws {
    try measure("Guava", guava, into: &report) { try measure($0, into: &$1, effort: effort) }
    try measure("uhashring and jump-consistent-hash", python, into: &report) {
      try measurePython($0, into: &$1, effort: effort)
    }
  }

  /// Measures with a peer; one that is not there or ends on the way is left out.
  private func measure(
    _ name: String, _ peer: Result<Peer, Peer.Failure>, into report: inout Report,
    _ body: (Peer, inout Report) throws -> Void
  ) throws {
    do {
      try body(peer.get(), &report)
    } catch let failure as Peer.Failure {
      report.leaveOut(name, because: failure.description)
    }
  }

  private func measure(_ guava: Peer, into report: inout Report, effort: Effort) throws {
    let nodes = 1000
    let cluster = try makeCluster(nodes)
    let hashes = keys.hashes
    let jump = try JumpHash(cluster)

    let hashed = Contest("Guava: a hash to one of \(nodes) buckets", operations: keys.count)
    hashed.add("Guava") { try guava.round("hash", nodes: nodes, count: $0.operations) }
    hashed.add("profile guava-consistent") { answers in
      for position in hashes.indices {
        let bucket = GuavaConsistentHash.bucket(hashes[position], of: nodes)
        answers[position] = Int32(truncatingIfNeeded: bucket)
      }
    }
    // Not Guava's answers in every case, so only its times are compared.
    hashed.add("JumpHash", agrees: false) { answers in
      for position in hashes.indices {
        answers[position] = Int32(truncatingIfNeeded: jump.index(forHash: hashes[position]))
      }
    }
    try hashed.run(effort)
    report.show(hashed, relativeTo: "Guava")

    let keyed = Contest(
      "Guava: a key through murmur3_128 to one of \(nodes)", operations: keys.count)
    keyed.add("Guava") { try guava.round("key", nodes: nodes, count: $0.operations) }
    let profile = try GuavaConsistentHash(cluster)
    keyed.add("profile guava-consistent", profile, keys: keys)
    keyed.add(batched: "profile, batch", profile, keys: keys)
    try keyed.run(effort)
    report.show(keyed, relativeTo: "Guava")
    report.headline(
      "Guava's rule, 1000 nodes", beside: "Guava in Java",
      keyed.ratio("profile guava-consistent", to: "Guava"))
  }

  private func addProfile(
    _ profile: some NodeSelector, _ keys: KeySet, to contest: Contest
  ) {
    contest.add("profile", profile, keys: keys)
    contest.add(batched: "profile, batch", profile, keys: keys)
  }

  private func measurePython(_ python: Peer, into report: inout Report, effort: Effort) throws {
    let count = min(Self.fewKeys, keys.count)
    let few = KeySet(first: count, of: keys)
    let cluster = try makeCluster(100)
    for rule in ["uhashring", "uhashring-ketama"] {
      let contest = Contest("Python's \(rule), 100 nodes", operations: count)
      contest.add(rule) { try python.round(rule, nodes: 100, count: $0.operations) }
      if rule == "uhashring" {
        addProfile(try UhashringDefault(cluster), few, to: contest)
      } else {
        addProfile(try UhashringKetama(cluster), few, to: contest)
      }
      try contest.run(effort)
      report.show(contest, relativeTo: rule)
      report.headline(
        "\(rule)'s rule, 100 nodes", beside: "uhashring in Python",
        contest.ratio("profile", to: rule))
    }

    let contest = Contest("Python's jump-consistent-hash, 1000 buckets", operations: count)
    contest.add("jump-consistent-hash") {
      try python.round("jump", nodes: 1000, count: $0.operations)
    }
    contest.add(hashed: "JumpHash", try JumpHash(makeCluster(1000)), few.hashes)
    try contest.run(effort)
    report.show(contest, relativeTo: "jump-consistent-hash")
  }
}
