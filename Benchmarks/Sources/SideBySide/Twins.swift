import ConsistentHashing
import Foundation

/// This program once more, with fewer vector instructions than the processor has.
///
/// The library asks for them once in a process, so that each form needs a process of its own.
struct Twins {
  private let peers: [(name: String, peer: Peer)]

  /// Starts one process for each kind of instructions that says something on this processor.
  init(machine: Machine) {
    let kinds = machine.has("avx512f") ? ["avx2", "portable"] : ["portable"]
    peers = kinds.compactMap { kind in
      let peer = try? Peer(
        CommandLine.arguments[0], ["--serve"], needs: [CommandLine.arguments[0]],
        environment: ["CONSISTENT_HASHING_INSTRUCTIONS": kind])
      return peer.map { (kind, $0) }
    }
  }

  /// Adds what the twins do in one call for the first hashes of the usual keys.
  ///
  /// - Parameter suffix: What tells them from others in the contest; their answers are then another
  ///   rule's.
  func add(to contest: Contest, _ rule: Rule, nodes: Int, suffix: String = "") {
    for (name, peer) in peers {
      contest.add("batch, \(name) only\(suffix)", agrees: suffix.isEmpty) {
        try peer.round(rule.rawValue, nodes: nodes, count: $0.operations)
      }
    }
  }

  /// What a twin can do.
  enum Rule: String {
    case jump, rendezvous, weighted

    /// Prepares one round.
    func contest(nodes: Int, hashes: [UInt64]) throws -> Contest {
      let contest = Contest("twin", operations: hashes.count)
      switch self {
      case .jump: contest.add(batched: "", try JumpHash(makeCluster(nodes)), hashes)
      case .rendezvous: contest.add(batched: "", try RendezvousHash(makeCluster(nodes)), hashes)
      case .weighted:
        contest.add(
          batched: "", try RendezvousHash(makeCluster(nodes, weight: eightWeights)), hashes)
      }
      return contest
    }
  }

  /// Answers requests on standard input until it ends, as every peer does.
  static func serve() throws {
    let hashes = KeySet(count: 1 << 16, length: 16).hashes
    var contests: [String: Contest] = [:]
    say("twin")
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 3, let rule = Rule(rawValue: String(words[0])),
        let nodes = Int(words[1]), let count = Int(words[2])
      else { throw Peer.Failure(description: "cannot read the request \(line)") }
      let contest =
        try contests[line] ?? rule.contest(nodes: nodes, hashes: Array(hashes.prefix(count)))
      contests[line] = contest
      let round = try contest.contenders[0].round(contest)
      say("\(Int(round.nanoseconds)) \(round.checksum)")
    }
  }

  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
  }
}
