#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Keeps other processes from writing into a folder at the same time.
///
/// The system takes the lock away when the process ends, however it ends.
struct FolderLock {
  private let number: Int32

  /// Takes the lock.
  ///
  /// - Throws: `CommandError` if somebody else has it.
  init(_ folder: String) throws(CommandError) {
    number = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else {
      throw CommandError("\(shown(folder)): cannot be opened: \(lastError()); check the path")
    }
    guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
      let isTaken = errno == EWOULDBLOCK
      let reason = isTaken ? "another chash writes into it" : lastError()
      _ = close(number)
      throw CommandError(
        "\(shown(folder)): is locked: \(reason); wait until it has ended, and run this again")
    }
  }

  /// Gives the lock back.
  func release() { _ = close(number) }
}
