/// How long to measure.
struct Effort {
  let rounds: Int
  let seconds: Double

  static let full = Effort(rounds: 41, seconds: 2)
  static let quick = Effort(rounds: 5, seconds: 0.5)
}

extension Contest {
  /// Compares all answers, then runs everything in turns.
  func run(_ effort: Effort) throws { try run(rounds: effort.rounds, seconds: effort.seconds) }
}
