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
  /// So much time of the processor may an expression take for one line.
  static let seconds = 10

  /// Watches an expression as long as it is in use.
  ///
  /// - Parameter name: The file that it is tried on.
  static func start(_ progress: PatternProgress, name: String) {
    Task.detached { [weak progress] in
      var last = 0
      var start = processorTime
      while let step = progress?.step {
        let isSameLine = step == last && !step.isMultiple(of: 2)
        if !isSameLine { start = processorTime }
        last = step
        if processorTime - start > seconds { end(line: (step + 1) / 2, of: name) }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// The seconds that the process has worked, however long it waited or was stopped.
  private static var processorTime: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec
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
