import CLibmemcached
import ConsistentHashing
import ProxyProfiles

/// libmemcached, in this process.
enum LibmemcachedPeer {
  /// Why it is not there; nil if it is.
  static let failure: String? = libmemcached_load().map { String(cString: $0) }

  /// Its version, or why it is not there.
  static var fact: String {
    failure.map { "not installed: \($0)" } ?? String(cString: libmemcached_version())
  }

  /// A client, freed with the last reference.
  final class Client {
    let pointer: UnsafeMutableRawPointer

    init?(_ distribution: libmemcached_distribution, weights: [UInt32]) {
      var hosts: [UnsafePointer<CChar>?] = []
      defer { for case let host? in hosts { host.deallocate() } }
      for number in weights.indices {
        let text = Array(host(number).utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
        copy.initialize(from: text, count: text.count)
        hosts.append(UnsafePointer(copy))
      }
      guard
        let pointer = libmemcached_client(distribution, hosts, 8080, weights, weights.count)
      else { return nil }
      self.pointer = pointer
    }

    deinit { libmemcached_free(pointer) }
  }

  /// One way to set libmemcached up, and its profile.
  struct Rule: Sendable {
    let name: String
    let distribution: libmemcached_distribution
    let points: LibmemcachedRing.Points
    let keyHash: LibmemcachedHash
    let weight: @Sendable (Int) -> Int
  }

  static let rules = [
    Rule(
      name: "KETAMA, its own hash", distribution: libmemcached_ketama, points: .plain,
      keyHash: .standard, weight: { _ in 1 }),
    Rule(
      name: "KETAMA, MD5", distribution: libmemcached_ketama_md5, points: .plain,
      keyHash: .md5, weight: { _ in 1 }),
    Rule(
      name: "KETAMA_WEIGHTED, weights 1 to 8", distribution: libmemcached_ketama_weighted,
      points: .weighted, keyHash: .md5, weight: { $0 % 8 + 1 }),
  ]

  /// Compares all rules with 100 servers; version 1.1.4 aborts with more.
  static func measure(keys: KeySet, into report: inout Report, effort: Effort) throws {
    let goal = "≥ 2 × as fast as memcached_generate_hash"
    if let failure { report.leaveOut("libmemcached", because: "not installed: \(failure)") }
    for rule in rules {
      let weights = (0..<100).map { UInt32(rule.weight($0)) }
      guard failure == nil, let client = Client(rule.distribution, weights: weights) else {
        report.judge("libmemcached \(rule.name), 100 servers", goal, .nan, unit: "")
        continue
      }
      let cluster = try makeCluster(100) { Double(rule.weight($0)) }
      let contest = Contest("libmemcached \(rule.name), 100 servers", operations: keys.count)
      contest.add("memcached_generate_hash") { answers in
        keys.withTexts {
          libmemcached_lookup(client.pointer, $0.bytes, $0.ends, $0.count, answers)
        }
      }
      let ring = try LibmemcachedRing(cluster, points: rule.points, keyHash: rule.keyHash)
      contest.add("profile", ring, keys: keys)
      contest.add(batched: "profile, batch", ring, keys: keys)
      try contest.run(effort)
      report.show(contest, relativeTo: "memcached_generate_hash")
      let speed = contest.ratio("memcached_generate_hash", to: "profile")
      report.judge(contest.title, goal, speed, unit: " ×", least: 2)
      report.judge(
        "\(contest.title), batch", goal,
        contest.ratio("memcached_generate_hash", to: "profile, batch"), unit: " ×", least: 2)
      report.headline(contest.title, beside: "memcached_generate_hash", 1 / speed)
    }
  }
}
