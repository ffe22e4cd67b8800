/// A batch whose spans do not fit together, of which nothing has been written.
public struct BatchError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What does not fit.
  public enum Reason: Hashable, Sendable {
    /// There are more or fewer places for answers than there are keys.
    case answers(count: Int, keys: Int)
    /// The first key begins before the first byte, or after the last.
    case start(Int, allowed: ClosedRange<Int>)
    /// A key ends before it begins, or after the last byte.
    case keyEnd(position: Int, end: Int, allowed: ClosedRange<Int>)
  }

  /// What does not fit.
  public let reason: Reason

  /// Creates an error.
  public init(_ reason: Reason) {
    self.reason = reason
  }

  /// What does not fit, in one sentence with its remedy.
  public var description: String {
    switch reason {
    case .answers(let count, let keys):
      "a batch of \(keys) keys has room for \(count) answers: give two spans of one length"
    case .start(let start, let allowed):
      "the first key of the batch begins at byte \(start): give a start from \(allowed.lowerBound) "
        + "to \(allowed.upperBound)"
    case .keyEnd(let position, let end, let allowed):
      "key \(position) of the batch ends at byte \(end): give an end from \(allowed.lowerBound) "
        + "to \(allowed.upperBound), where each key begins where the one before it ends"
    }
  }

  /// Checks that there is one place for each answer.
  @usableFromInline package static func check(answers count: Int, keys: Int) throws(BatchError) {
    guard count == keys else { throw BatchError(.answers(count: count, keys: keys)) }
  }

  /// Checks that keys that are end to end, from a place on, stay within their bytes.
  @usableFromInline package static func check(
    ends: Span<Int>, from start: Int, byteCount: Int
  ) throws(BatchError) {
    // Without a branch for each key: where it goes wrong is looked for only if it does.
    var end = start
    var goesBack = start < 0
    for position in ends.indices {
      let next = ends[position]
      goesBack = next < end ? true : goesBack
      end = next
    }
    guard goesBack || end > byteCount else { return }
    try findMisfit(ends: ends, from: start, byteCount: byteCount)
  }

  private static func findMisfit(
    ends: Span<Int>, from start: Int, byteCount: Int
  ) throws(BatchError) {
    guard (0...byteCount).contains(start) else {
      throw BatchError(.start(start, allowed: 0...byteCount))
    }
    var start = start
    for position in ends.indices {
      let end = ends[position]
      guard end >= start, end <= byteCount else {
        throw BatchError(.keyEnd(position: position, end: end, allowed: start...byteCount))
      }
      start = end
    }
  }
}
