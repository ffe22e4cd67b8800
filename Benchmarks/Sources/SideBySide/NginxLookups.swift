import ConsistentHashing
import ProxyProfiles
import TextbookC

/// nginx's rule beside what nginx does.
enum NginxLookups {
  static func measure(keys: KeySet, into report: inout Report, effort: Effort) throws {
    let cluster = try makeCluster(100)
    let textbook = TextbookNginx(cluster)
    let contest = Contest("nginx, 100 servers, keys of 16 bytes", operations: keys.count)
    contest.add("CRC-32 and binary search in C") { answers in
      keys.withTexts { textbook_nginx_lookup(&textbook.ring, $0, answers) }
    }
    let nginx = try NginxConsistentHash(cluster)
    contest.add("NginxConsistentHash", nginx, keys: keys)
    contest.add(batched: "NginxConsistentHash, batch", nginx, keys: keys)
    try contest.run(effort)
    report.show(contest, relativeTo: "CRC-32 and binary search in C")
    report.judge(
      contest.title, "≥ 30 million lookups a second",
      1000 / contest.median("NginxConsistentHash"), unit: " million", least: 30)
    report.headline(
      contest.title, beside: "CRC-32 and binary search in C, as nginx",
      contest.ratio("NginxConsistentHash", to: "CRC-32 and binary search in C"))
  }
}
