import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The files that this process has read, none of which it writes over.
enum InputFiles {
  /// A file, whatever it is called.
  private struct Identity: Hashable {
    let device: UInt64
    let number: UInt64

    init(_ status: stat) {
      device = UInt64(truncatingIfNeeded: status.st_dev)
      number = UInt64(truncatingIfNeeded: status.st_ino)
    }
  }

  private static let read = Mutex<Set<Identity>>([])

  /// Notes that a file is read.
  static func note(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    _ = read.withLock { $0.insert(Identity(status)) }
  }

  /// Whether a file was read.
  static func contains(_ status: stat) -> Bool {
    read.withLock { $0.contains(Identity(status)) }
  }
}
