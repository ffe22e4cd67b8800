internal import Synchronization

/// The lines that a regular expression has been tried on.
///
/// An expression may take exponential time on a line, and nothing stops it. A watch in another thread sees
/// here that it is still on the same line.
package final class PatternProgress: Sendable {
  private let steps = Atomic<Int>(0)

  /// Notes that a line begins or ends.
  func advance() { steps.add(1, ordering: .relaxed) }

  /// Twice the number of lines; one less while the expression is tried on the last of them.
  package var step: Int { steps.load(ordering: .relaxed) }
}
