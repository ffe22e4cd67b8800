import ConsistentHashing
import Foundation
import Synchronization

/// Whether readers of one selector hold each other up.
enum Scaling {
  static func measure(keys: KeySet, into report: inout Report, effort: Effort) throws {
    let cluster = try makeCluster(1000)
    var rows: [[String]] = []
    try measure("Maglev", MaglevTable(cluster), keys, effort, &rows, &report)
    try measure("ring", KetamaRing(cluster), keys, effort, &rows, &report)
    try measure("jump", JumpHash(cluster), keys, effort, &rows, &report)
    report.tables.append(
      Report.Table(
        title: "Two threads that read one selector of 1000 nodes",
        remark: "Throughput of two threads by that of one, both the best of all rounds: another "
          + "program on either core only lowers it. The last column is the processor time of a "
          + "lookup, which other programs hardly change: well above 1 it would tell of a cache line "
          + "that the threads fight over.",
        heads: [
          "selector", "one thread, million/s", "two threads, million/s", "ratio",
          "processor time, two threads by one",
        ], rows: rows))
  }

  private static func measure<Selector: HashedSelector>(
    _ name: String, _ selector: Selector, _ keys: KeySet, _ effort: Effort,
    _ rows: inout [[String]], _ report: inout Report
  ) {
    // Long enough for the scheduler to move the threads apart: it may start both on one core and take a
    // quarter of a second to notice.
    let pass = run(threads: 1, passes: 1, selector, keys.bytes, keys.ends).elapsed
    let passes = max(1, Int(effort.seconds * 1e9 / 3 / pass))
    var best = [Double.infinity, .infinity]
    var processor = [Double.infinity, .infinity]
    for _ in 0..<min(effort.rounds, 7) {
      for threads in 1...2 {
        let time = run(threads: threads, passes: passes, selector, keys.bytes, keys.ends)
        best[threads - 1] = min(best[threads - 1], time.elapsed)
        let each = time.processor / Double(threads)
        processor[threads - 1] = min(processor[threads - 1], each)
      }
    }
    let lookups = Double(passes * keys.count)
    let (one, two) = (lookups / best[0] * 1000, 2 * lookups / best[1] * 1000)
    rows.append([
      name, figure(one), figure(two), figure(two / one), figure(processor[1] / processor[0]),
    ])
    guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
    report.judge(
      "Two threads on one \(name) selector", "≥ 1.9 × one thread", two / one, unit: " ×",
      least: 1.9)
  }

  /// The time from when all threads are ready until the last is done, and what they took of the
  /// processors, in nanoseconds.
  ///
  /// This thread is one of them, so that none waits for a core that another only watches from.
  private static func run<Selector: HashedSelector>(
    threads: Int, passes: Int, _ selector: Selector, _ bytes: [UInt8], _ ends: [Int]
  ) -> (elapsed: Double, processor: Double) {
    let line = Line()
    let group = DispatchGroup()
    @Sendable func work() {
      line.waiting.add(1, ordering: .acquiringAndReleasing)
      while line.waiting.load(ordering: .acquiring) < threads {}
      let start = processorTime()
      line.sum.add(place(passes, selector, bytes, ends), ordering: .relaxed)
      line.processor.add(processorTime() - start, ordering: .relaxed)
    }
    for _ in 1..<threads {
      group.enter()
      Thread {
        work()
        group.leave()
      }.start()
    }
    while line.waiting.load(ordering: .acquiring) < threads - 1 {}
    let start = ContinuousClock.now
    work()
    group.wait()
    let elapsed = start.duration(to: .now).nanoseconds
    return (elapsed, Double(line.processor.load(ordering: .acquiring)))
  }

  /// Where threads line up, and what they return.
  private final class Line: Sendable {
    let waiting = Atomic(0)
    let sum = Atomic(0)
    let processor = Atomic(0)
  }

  /// What this thread has taken of the processor so far.
  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }

  private static func place<Selector: HashedSelector>(
    _ passes: Int, _ selector: Selector, _ bytes: [UInt8], _ ends: [Int]
  ) -> Int {
    let (bytes, ends) = (bytes.span, ends.span)
    var sum = 0
    for _ in 0..<passes {
      var start = 0
      for position in 0..<ends.count {
        let end = ends[position]
        sum &+= selector.index(for: bytes.extracting(start..<end))
        start = end
      }
    }
    return sum
  }
}
