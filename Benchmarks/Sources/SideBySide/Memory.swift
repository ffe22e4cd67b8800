import CMachine
import ConsistentHashing
import ProxyProfiles

/// What selectors keep, by the C library's own account of what is allocated.
enum Memory {
  /// What is not counted against a target.
  private static let allowance = 1.02

  static func measure(into report: inout Report) throws {
    var rows: [[String]] = []
    func measure<Selector>(
      _ what: String, _ per: String, _ count: Int, most: Double?, _ build: () throws -> Selector
    ) rethrows {
      let bytes = try allocated(by: build).map { Double($0) / Double(count) } ?? .nan
      rows.append([what, "\(figure(bytes)) a \(per)"])
      guard let most else { return }
      report.judge(
        "Memory, \(what)", "≤ \(Int(most)) bytes a \(per)", bytes, unit: " bytes",
        most: most * allowance)
    }
    let (hundred, thousand) = (try makeCluster(100), try makeCluster(1000))
    // Large, so that what is kept for each node hardly counts.
    let largeTable = 655_373
    try measure("Maglev 655373 × 100", "slot", largeTable, most: 1) {
      try MaglevTable(hundred, tableSize: largeTable)
    }
    try measure("Maglev 655373 × 1000", "slot", largeTable, most: 2) {
      try MaglevTable(thousand, tableSize: largeTable)
    }
    try measure("Maglev 65537 × 1000", "slot", 65_537, most: nil) { try MaglevTable(thousand) }
    try measure("ring 1000 × 160", "point", 160_000, most: 14) { try KetamaRing(thousand) }
    try measure("ring 10 × 160", "point", 1600, most: nil) {
      try KetamaRing(makeCluster(10))
    }
    try measure("rendezvous, 1000 nodes", "node", 1000, most: 16) { try RendezvousHash(thousand) }
    try measure("jump, 1000 slots", "slot", 1000, most: nil) { try JumpHash(thousand) }
    try measure("nginx 100 × 160", "point", 16_000, most: nil) {
      try NginxConsistentHash(hundred)
    }
    report.tables.append(
      Report.Table(
        title: "Memory",
        remark: "Bytes allocated and not freed once the selector is built from a cluster that was "
          + "there before. Up to 2 % above a target counts as met: allocations have heads and come in "
          + "whole pages, and a Maglev table keeps 12 bytes for each node too.",
        heads: ["what", "bytes"], rows: rows))
  }

  private static func allocated<Selector>(by build: () throws -> Selector) rethrows -> Int64? {
    let before = machine_allocated_bytes()
    let selector = try build()
    let after = machine_allocated_bytes()
    return before < 0 ? nil : withExtendedLifetime(selector) { after - before }
  }
}
