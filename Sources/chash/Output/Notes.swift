#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Remarks on standard error.
enum Notes {
  /// Writes one line.
  static func say(_ text: String) {
    write("chash: \(printable(text))\n")
  }

  /// Writes what is wrong with a configuration, a line each.
  ///
  /// - Parameters:
  ///   - warnings: What its program would start with.
  ///   - errors: What it would not start with; of which only the first if one part is of interest.
  static func say(_ warnings: [String], errors: [String], isForOne: Bool, path: String) {
    for warning in warnings { say(warning) }
    for error in isForOne ? errors.prefix(1) : errors[...] { say(error) }
    if isForOne, errors.count > 1 {
      say("\(shown(path)): more of this, which chash inspect lists: \(errors.count - 1)")
    }
  }

  static func write(_ text: String) {
    // The command goes on if a remark cannot be written.
    try? FileDescriptor.standardError.write(Array(text.utf8))
  }
}

/// Shows the progress of long work on standard error, if that is a terminal.
struct Progress {
  private let isShown = FileDescriptor.standardError.isTerminal
  private var count = 0
  private var isOnScreen = false
  private let start = ContinuousClock.now

  /// Notes some more keys.
  mutating func advance(by keys: Int) {
    count &+= keys
    if isShown { show() }
  }

  private mutating func show() {
    guard start.duration(to: .now) > .milliseconds(500) else { return }
    isOnScreen = true
    Notes.write("\r\(grouped(count)) keys")
  }

  /// Clears the line.
  mutating func finish() {
    if isOnScreen { Notes.write("\r\u{1B}[K") }
    isOnScreen = false
  }
}
