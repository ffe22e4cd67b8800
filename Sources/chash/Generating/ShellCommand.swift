#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A command that the operator gave, such as `nginx -t`, run by `/bin/sh`.
struct ShellCommand {
  let text: String

  /// Runs the command; its output goes to standard error.
  ///
  /// - Returns: Nil if it succeeded, or how it ended.
  func run() -> String? {
    // In lines of its own, so that a comment at its end hides nothing.
    let status = unsafe system("{\n\(text)\n} 1>&2")
    if status == 0 { return nil }
    guard status > 0 else { return "could not be started: \(lastError())" }
    let signal = status & 0x7F
    return signal == 0 ? "ended with status \(status >> 8 & 0xFF)" : "was ended by signal \(signal)"
  }
}
