/// The conditional blocks of a configuration: `.if`, `.elif`, `.else` and `.endif`.
///
/// If a condition cannot be decided, it is not known for any of its branches whether HAProxy reads them.
struct HAProxyConditions {
  typealias Answer = HAProxyCondition.Answer

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

  /// Whether the condition of an `.elif` counts: no branch before it was taken.
  var needsCondition: Bool { states.last == .waiting }

  /// Begins a block.
  ///
  /// In skipped lines its condition does not matter.
  mutating func begin(_ answer: Answer) {
    push(isReading ? Self.state(answer) : .over)
  }

  /// Goes on to another branch.
  ///
  /// - Returns: Whether a block is open.
  mutating func alternate(_ answer: Answer) -> Bool {
    guard let last = pop() else { return false }
    switch last {
    case .taken: push(.over)
    case .waiting: push(Self.state(answer))
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
}
