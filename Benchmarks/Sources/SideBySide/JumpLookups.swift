import ConsistentHashing
import TextbookC

/// Jump beside the function in the paper.
enum JumpLookups {
  static func measure(hashes: [UInt64], twins: Twins, into report: inout Report, effort: Effort)
    throws
  {
    for slots in [10, 100, 1000, 100_000] {
      let jump = try JumpHash(makeCluster(slots))
      let contest = Contest("Jump, \(slots) slots, hashed keys", operations: hashes.count)
      contest.add("the paper's function in C") { answers in
        textbook_jump(Int32(slots), hashes, hashes.count, answers)
      }
      contest.add(hashed: "JumpHash", jump, hashes)
      contest.add(batched: "JumpHash, batch", jump, hashes)
      twins.add(to: contest, .jump, nodes: slots)
      try contest.run(effort)
      report.show(contest, relativeTo: "the paper's function in C")
      let ratio = contest.ratio("JumpHash", to: "the paper's function in C")
      report.judge(
        "\(contest.title), one by one", "≤ 1.05 × the paper's function in C", ratio, unit: " ×",
        most: 1.05)
      let speed = contest.ratio("the paper's function in C", to: "JumpHash, batch")
      if slots >= 100 {
        report.judge(
          "\(contest.title), batch", "≥ 3.5 × as fast as the paper's function in C", speed,
          unit: " ×", least: 3.5)
      }
      if slots == 1000 {
        report.headline(
          "Jump, 1000 slots, one key", beside: "the paper's function in C", ratio)
        report.headline(
          "Jump, 1000 slots, a batch", beside: "the paper's function in C", 1 / speed)
      }
    }
  }
}
