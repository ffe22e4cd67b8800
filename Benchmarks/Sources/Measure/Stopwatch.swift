/// Times pieces of work in turns, A B C A B C …, so that a machine whose speed drifts is unfair to none.
struct Stopwatch {
  /// One piece of work and its times.
  struct Entry {
    let name: String
    let operations: Int
    let work: () -> UInt64
    var nanoseconds: [Double] = []

    /// The median time of one operation, in nanoseconds.
    var median: Double {
      let sorted = nanoseconds.sorted()
      return sorted.isEmpty ? 0 : sorted[sorted.count / 2] / Double(operations)
    }

    /// The least time of one operation, in nanoseconds.
    var minimum: Double { (nanoseconds.min() ?? 0) / Double(operations) }
  }

  private(set) var entries: [Entry] = []

  /// What all work returned, so that none of it can be left out by the compiler.
  private(set) var checksum: UInt64 = 0

  /// Adds work that does `operations` operations.
  mutating func add(_ name: String, operations: Int, _ work: @escaping () -> UInt64) {
    entries.append(Entry(name: name, operations: operations, work: work))
  }

  /// Runs everything `rounds` times in turns, each time once uncounted first, so that what one piece of
  /// work leaves in the caches is no concern of the next.
  mutating func run(rounds: Int) {
    for _ in 0..<rounds {
      for index in entries.indices {
        checksum &+= entries[index].work()
        let start = ContinuousClock.now
        checksum &+= entries[index].work()
        let time = start.duration(to: .now).components
        entries[index].nanoseconds.append(
          Double(time.seconds) * 1e9 + Double(time.attoseconds) / 1e9)
      }
    }
  }

  /// The median of an entry; 0 if there is none of that name.
  func median(_ name: String) -> Double {
    entries.first { $0.name == name }?.median ?? 0
  }
}
