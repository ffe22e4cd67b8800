/// Contenders that answer the same lookups, timed in turns.
///
/// All write their answers into the same buffer, so that every one pays for the same stores, and no
/// time counts before all answers agree.
final class Contest {
  /// One contender and the times of its rounds.
  struct Contender {
    let name: String
    /// Whether its answers have to be those of the first contender that says so.
    let agrees: Bool
    /// Answers all lookups once, or more often than that.
    let round: (Contest) throws -> Round
    var nanoseconds: [Double] = []
  }

  /// What one round gives.
  struct Round {
    let nanoseconds: Double
    /// The checksum of all answers; see ``Contest/checksum``.
    let checksum: UInt64
  }

  let title: String

  /// How many operations one round is.
  let operations: Int

  /// The answers of the contender whose turn it is, one for each lookup; empty where there are none.
  let answers: UnsafeMutableBufferPointer<Int32>

  private(set) var contenders: [Contender] = []

  /// Prepares a contest.
  ///
  /// - Parameters:
  ///   - title: What is asked.
  ///   - operations: How many operations one round is.
  ///   - answers: How many answers one round gives; as many as operations unless said.
  init(_ title: String, operations: Int, answers: Int? = nil) {
    self.title = title
    self.operations = operations
    self.answers = .allocate(capacity: answers ?? operations)
    self.answers.initialize(repeating: 0)
  }

  deinit { answers.deallocate() }

  /// Adds work that is done in this process: once uncounted, so that what another has left in the
  /// caches is no concern of it, and once counted.
  func add(
    _ name: String, agrees: Bool = true, warmed: Bool = true,
    _ work: @escaping (UnsafeMutablePointer<Int32>) -> Void
  ) {
    add(name, agrees: agrees) { contest in
      guard let answers = contest.answers.baseAddress else {
        return Round(nanoseconds: 0, checksum: 0)
      }
      if warmed { work(answers) }
      let start = ContinuousClock.now
      work(answers)
      let time = start.duration(to: .now)
      return Round(nanoseconds: time.nanoseconds, checksum: contest.checksum)
    }
  }

  /// Adds work that times itself, such as another process.
  func add(_ name: String, agrees: Bool = true, round: @escaping (Contest) throws -> Round) {
    contenders.append(Contender(name: name, agrees: agrees, round: round))
  }

  /// The answers in one number that any language computes: c = 31·c + answer, in 64 bits.
  var checksum: UInt64 {
    var sum: UInt64 = 0
    for answer in answers { sum = 31 &* sum &+ UInt64(truncatingIfNeeded: Int(answer)) }
    return sum
  }

  /// Compares all answers, then runs everything in turns.
  ///
  /// - Parameters:
  ///   - rounds: How many rounds at most.
  ///   - seconds: After how long no further round begins, once there are five.
  /// - Throws: ``Disagreement``, or what a peer reports.
  func run(rounds: Int, seconds: Double) throws {
    try compare()
    let start = ContinuousClock.now
    for round in 0..<rounds {
      if round >= 3, start.duration(to: .now).nanoseconds > seconds * 1e9 { break }
      for index in contenders.indices {
        contenders[index].nanoseconds.append(try contenders[index].round(self).nanoseconds)
      }
    }
  }

  private func compare() throws {
    var first: (name: String, checksum: UInt64)?
    for contender in contenders where contender.agrees {
      answers.update(repeating: -7)
      let checksum = try contender.round(self).checksum
      guard let reference = first else {
        first = (contender.name, checksum)
        continue
      }
      if checksum != reference.checksum {
        throw Disagreement(
          description: "\(title): \(contender.name) answers otherwise than \(reference.name)")
      }
    }
  }

  private subscript(_ name: String) -> Contender? { contenders.first { $0.name == name } }

  /// The median time of one operation, in nanoseconds; not a number for a contender that is missing.
  func median(_ name: String) -> Double {
    guard let sorted = self[name]?.nanoseconds.sorted(), !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return median / Double(operations)
  }

  /// The least time of one operation, in nanoseconds; not a number for a contender that is missing.
  func minimum(_ name: String) -> Double {
    (self[name]?.nanoseconds.min() ?? .nan) / Double(operations)
  }

  /// How many times as long a contender takes as another: the median of the ratios of rounds, in
  /// which the two took turns.
  func ratio(_ name: String, to other: String) -> Double {
    guard let a = self[name]?.nanoseconds, let b = self[other]?.nanoseconds else { return .nan }
    let ratios = zip(a, b).map { $0 / $1 }.sorted()
    return ratios.isEmpty ? .nan : ratios[ratios.count / 2]
  }
}

/// Two contenders that do not agree, so that timing them would say nothing.
struct Disagreement: Error, CustomStringConvertible {
  let description: String
}

extension Duration {
  /// The duration in nanoseconds.
  var nanoseconds: Double {
    Double(components.seconds) * 1e9 + Double(components.attoseconds) / 1e9
  }
}
