import AccessLogs

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Ends the program if a regular expression does not come to an end on a line.
enum PatternWatch {
  /// So long may an expression take for one line.
  static let seconds = 10

  /// Watches an expression as long as it is in use.
  ///
  /// - Parameter name: The file that it is tried on.
  static func start(_ progress: PatternProgress, name: String) {
    Task.detached { [weak progress] in
      var last = 0
      var ticks = 0
      while let step = progress?.step {
        // Ticks are counted, and not time, so that a program that is stopped for a while goes on.
        ticks = step == last && !step.isMultiple(of: 2) ? ticks + 1 : 0
        last = step
        if ticks > seconds { end(line: (step + 1) / 2, of: name) }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  private static func end(line: Int, of name: String) {
    Interruption.removeTemporaryFile()
    Notes.write(
      "Error: \(printable(name)): the expression of --regex has taken more than \(seconds) seconds on line "
        + "\(line), empty ones not counted; write it without a repetition inside of a repetition, such as "
        + "(a+)+\n")
    exit(1)
  }
}
