import ConsistentHashing
import ProxyProfiles

/// What a lookup and a construction cost under every rule that `chash` knows.
enum Catalogue {
  static func measure(keys: KeySet, into report: inout Report, effort: Effort) throws {
    var rows: [[String]] = []
    for rule in RuleCatalogue.all {
      var row = ["`\(rule.name)`"]
      for nodes in [10, 100, 1000] {
        let times = try time(rule, nodes: nodes, keys, effort)
        row += [figure(times.lookup), figure(times.construction / 1e6)]
      }
      rows.append(row)
    }
    report.tables.append(
      Report.Table(
        title: "Every rule that chash knows",
        remark: "A lookup in a batch of keys of 16 bytes with the hash that the rule prescribes, "
          + "in nanoseconds, and a construction in milliseconds; 10, 100 and 1000 nodes. The least "
          + "of all rounds, each rule by itself. A dash is a rule that does not take such a cluster.",
        heads: ["rule"]
          + [10, 100, 1000].flatMap { ["\($0): lookup", "\($0): construction"] },
        rows: rows))
  }

  private static func time(
    _ rule: PlacementRule, nodes: Int, _ keys: KeySet, _ effort: Effort
  ) throws -> (lookup: Double, construction: Double) {
    let cluster = try makeCluster(nodes)
    guard let selector = try? rule.selector(for: cluster) else { return (.nan, .nan) }
    let lookups = Contest(rule.name, operations: keys.count)
    lookups.add(batched: "", selector, keys: keys)
    try lookups.run(rounds: 5, seconds: effort.seconds / 20)
    let constructions = Contest(rule.name, operations: 1)
    constructions.add("") { answers in
      answers[0] = (try? rule.selector(for: cluster)) == nil ? 0 : 1
    }
    try constructions.run(rounds: 5, seconds: effort.seconds / 20)
    return (lookups.minimum(""), constructions.minimum(""))
  }
}
