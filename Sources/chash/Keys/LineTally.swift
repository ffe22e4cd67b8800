import AccessLogs

/// Counts the lines of a file that have no key, by their reasons.
struct LineTally: Sendable {
  /// Lines that were looked for keys.
  private(set) var lines = 0
  private(set) var unset = Kind()
  private(set) var mistyped = Kind()
  private(set) var broken = Kind()

  /// A reason, and the first lines that have it.
  struct Kind: Sendable {
    var count = 0
    var first: [Int] = []

    fileprivate mutating func note(_ line: Int) {
      count += 1
      if first.count < 3 { first.append(line) }
    }

    fileprivate mutating func add(_ other: Kind, after lines: Int) {
      count += other.count
      for line in other.first where first.count < 3 { first.append(lines + line) }
    }
  }

  /// Notes what a line gave.
  mutating func note(_ outcome: KeyFinder.Outcome, line: Int) {
    lines += 1
    switch outcome {
    case .key: break
    case .unset: unset.note(line)
    case .mistyped: mistyped.note(line)
    case .broken: broken.note(line)
    }
  }

  /// Notes lines that have a key.
  mutating func noteKeys(_ count: Int) { lines += count }

  /// Adds what was counted in a later part of the file.
  ///
  /// - Parameter start: How many lines are before that part.
  mutating func add(_ other: LineTally, after start: Int) {
    lines += other.lines
    unset.add(other.unset, after: start)
    mistyped.add(other.mistyped, after: start)
    broken.add(other.broken, after: start)
  }
}
