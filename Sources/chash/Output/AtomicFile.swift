#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that appears whole or not at all.
///
/// It is written under a temporary name in the same folder, synchronised, and renamed to replace the old
/// one. If anything fails, or the process is interrupted, the old file is unchanged and the temporary one
/// is removed. A symbolic link is followed, so that the link stays. A device, a pipe, and a
/// descriptor such as `/dev/stdout` are written directly.
final class AtomicFile {
  private let path: String
  private let file: FileDescriptor

  /// The temporary file and what it will replace; nil if the file is written directly or finished.
  private var pending: (temporary: String, target: String)?

  /// Starts to replace a file.
  ///
  /// Nothing changes before ``commit()``.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - inputs: Files that will be read for the contents. Neither they nor what was read already may be
  ///     replaced.
  ///   - isEdit: Whether the contents are those of the file itself with a change.
  init(_ path: String, madeFrom inputs: [String?] = [], editing isEdit: Bool = false)
    throws(CommandError)
  {
    self.path = path
    if let number = FileDescriptor.number(named: path) {
      file = try FileDescriptor.duplicate(number, name: shown(path))
      pending = nil
      return
    }
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, !isEdit,
      InputFiles.contains(status) || inputs.contains(where: { Self.isSame(status, $0) })
    {
      throw CommandError("\(shown(path)): is read as well; name another file to write")
    }
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR {
      throw CommandError("\(shown(path)): is a directory; name a file in it")
    }
    if exists, kind != S_IFREG {
      file = try Self.opened(path)
      pending = nil
      return
    }
    if !exists, Self.isLink(path) {
      throw CommandError(
        "\(shown(path)): is a symbolic link that leads nowhere; remove it, or create what it names")
    }
    let target = exists ? Self.resolved(path) : path
    let mode = exists ? status.st_mode & 0o7777 : 0o666
    let (number, temporary) = try Self.created(beside: target, mode: mode, for: path)
    if exists {
      // Keep the owner and the mode if possible.
      _ = fchown(number, status.st_uid, status.st_gid)
      _ = fchmod(number, mode)
    }
    file = FileDescriptor(number: number, name: shown(path))
    pending = (temporary, target)
    Interruption.removes(temporary)
  }

  deinit {
    file.close()
    guard let pending else { return }
    _ = unsafe unlink(pending.temporary)
    Interruption.removes(nil)
  }

  /// Replaces the contents of a file.
  static func write(_ bytes: [UInt8], to path: String, madeFrom inputs: [String?]) throws {
    let file = try AtomicFile(path, madeFrom: inputs)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes more.
  func write(_ bytes: [UInt8]) throws {
    try file.write(bytes)
  }

  /// Puts the new contents in place.
  func commit() throws(CommandError) {
    guard let pending else { return }
    guard fsync(file.number) == 0 else {
      throw CommandError("\(shown(path)): cannot be written: \(lastError()); it is unchanged")
    }
    guard unsafe rename(pending.temporary, pending.target) == 0 else {
      throw CommandError("\(shown(path)): cannot be replaced: \(lastError()); it is unchanged")
    }
    self.pending = nil
    Interruption.removes(nil)
    Self.synchroniseFolder(of: pending.target)
  }

  private static func opened(_ path: String) throws(CommandError) -> FileDescriptor {
    let number = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard number >= 0 else {
      throw CommandError("\(shown(path)): cannot be written: \(lastError()); check the path")
    }
    return FileDescriptor(number: number, name: shown(path))
  }

  /// Creates a new file in the folder of another.
  private static func created(beside target: String, mode: mode_t, for path: String)
    throws(CommandError) -> (number: Int32, name: String)
  {
    // A short name, for file systems that limit names.
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    var attempts = 100
    while true {
      let name = "\(folder).chash-\(String(UInt32.random(in: 0 ... .max), radix: 16))"
      let number = unsafe open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if number >= 0 { return (number, name) }
      attempts -= 1
      guard errno == EEXIST, attempts > 0 else {
        throw CommandError(
          "\(shown(path)): cannot be written: \(lastError()); check the folder, nothing was changed"
        )
      }
    }
  }

  /// Whether a path leads to a regular file of this status.
  private static func isSame(_ status: stat, _ path: String?) -> Bool {
    guard let path, status.st_mode & S_IFMT == S_IFREG else { return false }
    var other = stat()
    return unsafe stat(path, &other) == 0 && other.st_dev == status.st_dev
      && other.st_ino == status.st_ino
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Makes the new name survive a crash of the machine where possible; the file itself is safe.
  private static func synchroniseFolder(of path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let number = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { return }
    _ = fsync(number)
    _ = close(number)
  }
}
