#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Removes a temporary file when the process is interrupted.
enum Interruption {
  /// Names the file to remove when the process is interrupted; nil for none.
  ///
  /// The signals are those that end a process from outside. Commands write one file at a time.
  static func removes(_ path: String?) {
    let old = unsafe temporaryPath
    unsafe temporaryPath = path.flatMap { unsafe strdup($0) }
    unsafe free(old)
    guard path != nil else { return }
    for number in [
      SIGINT, SIGHUP, SIGTERM, SIGQUIT, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGXCPU,
    ] {
      let before = signal(number, removeTemporary)
      // A process that was started with `nohup` is not to be interrupted.
      if isIgnored(before) { _ = signal(number, SIG_IGN) }
    }
  }
}

extension Interruption {
  /// Removes the temporary file, as if the process was interrupted.
  static func removeTemporaryFile() {
    if let path = unsafe temporaryPath { _ = unsafe unlink(path) }
  }
}

/// Read by the signal handler, which may call nothing that allocates or locks.
nonisolated(unsafe) private var temporaryPath: UnsafeMutablePointer<CChar>?

private func removeTemporary(_ number: Int32) {
  if let path = unsafe temporaryPath { _ = unsafe unlink(path) }
  _ = signal(number, SIG_DFL)
  _ = raise(number)
}

private func isIgnored(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
  unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
}
