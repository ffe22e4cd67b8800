/// The conditional blocks of a configuration: `.if`, `.elif`, `.else` and `.endif`.
///
/// Conditions that are numbers are decided. Others depend on the running program, so neither of their
/// branches is read.
struct HAProxyConditions {
  /// What is known of a condition.
  enum Answer {
    case yes
    case no
    case unknown
  }

  private enum State {
    /// Lines are read.
    case taken
    /// Lines are skipped, and a later branch may be taken.
    case waiting
    /// Lines are skipped up to the end.
    case over
    /// It is not known whether lines are read.
    case unknown
  }

  private var states: [State] = []
  private var unknownBlocks = 0

  /// Whether lines are skipped because it is not known whether HAProxy reads them.
  var isUnknown: Bool { unknownBlocks > 0 }

  /// Whether lines are read.
  ///
  /// Blocks inside of skipped lines are never taken.
  var isReading: Bool { states.last == nil || states.last == .taken }

  /// Whether a block is open.
  var isOpen: Bool { !states.isEmpty }

  /// Begins a block.
  ///
  /// In skipped lines its condition does not matter.
  mutating func begin(_ answer: () -> Answer) {
    push(isReading ? Self.state(answer()) : .over)
  }

  /// Goes on to another branch.
  ///
  /// - Returns: Whether a block is open.
  mutating func alternate(_ answer: () -> Answer) -> Bool {
    guard let last = pop() else { return false }
    switch last {
    case .taken: push(.over)
    case .waiting: push(Self.state(answer()))
    case .over, .unknown: push(last)
    }
    return true
  }

  /// Ends a block.
  ///
  /// - Returns: Whether one was open.
  mutating func end() -> Bool { pop() != nil }

  private mutating func push(_ state: State) {
    states.append(state)
    if state == .unknown { unknownBlocks += 1 }
  }

  private mutating func pop() -> State? {
    let state = states.popLast()
    if state == .unknown { unknownBlocks -= 1 }
    return state
  }

  private static func state(_ answer: Answer) -> State {
    switch answer {
    case .yes: .taken
    case .no: .waiting
    case .unknown: .unknown
    }
  }

  /// Decides a condition: nothing, or a number, perhaps negated.
  static func answer(_ words: ArraySlice<HAProxyWord>) -> Answer {
    guard let word = words.first, !word.bytes.isEmpty else { return .no }
    guard words.count == 1, !word.hasVariable else { return .unknown }
    let negations = word.bytes.prefix { $0 == UInt8(ascii: "!") }.count
    let digits = word.bytes.dropFirst(negations)
    guard negations <= 1, !digits.isEmpty,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return .unknown }
    let isTrue = HAProxyNumber.integer(digits) != 0
    return isTrue != (negations == 1) ? .yes : .no
  }
}
