#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that appears whole or not at all.
///
/// Written under a temporary name in the same folder, synchronised, then renamed over the old one. If
/// anything fails the old file is as it was and the temporary one is gone. A symbolic link is followed,
/// so that the link stays; what is no regular file (a device, a pipe) is written directly.
enum AtomicFile {
  /// Replaces the contents of a file.
  static func write(_ bytes: [UInt8], to path: String) throws {
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR {
      throw CommandError("\(path): is a directory; name a file in it")
    }
    if exists, kind != S_IFREG {
      return try writeDirectly(bytes, to: path)
    }
    let target = exists ? resolved(path) : path
    let temporary = "\(target).\(getpid()).chash-new"
    let mode = exists ? status.st_mode & 0o7777 : 0o644
    let number = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard number >= 0 else {
      throw CommandError(
        "\(path): cannot be written: \(lastError()); check the folder, nothing was changed")
    }
    let file = FileDescriptor(number: number, name: path)
    do {
      if exists {
        // Keep who may read it; failing to is no reason not to write.
        _ = fchown(number, status.st_uid, status.st_gid)
        _ = fchmod(number, mode)
      }
      try file.write(bytes)
      guard fsync(number) == 0 else {
        throw CommandError("\(path): cannot be written: \(lastError()); it is as it was")
      }
      file.close()
      guard unsafe rename(temporary, target) == 0 else {
        throw CommandError("\(path): cannot be replaced: \(lastError()); it is as it was")
      }
    } catch {
      file.close()
      _ = unsafe unlink(temporary)
      throw error
    }
    synchroniseFolder(of: target)
  }

  private static func writeDirectly(_ bytes: [UInt8], to path: String) throws {
    let number = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard number >= 0 else {
      throw CommandError("\(path): cannot be written: \(lastError()); check the path")
    }
    let file = FileDescriptor(number: number, name: path)
    defer { file.close() }
    try file.write(bytes)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Makes the new name survive a crash of the machine; best effort, the file itself is safe.
  private static func synchroniseFolder(of path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let number = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return }
    _ = fsync(number)
    _ = close(number)
  }
}
