#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The system calls that commands read and write with, and their errors.
///
/// All unsafe code for files is in this file.
struct FileDescriptor {
  let number: Int32
  let name: String

  static let standardInput = FileDescriptor(number: 0, name: "standard input")
  static let standardError = FileDescriptor(number: 2, name: "standard error")
  static let standardOutput = FileDescriptor(number: 1, name: "standard output")

  /// Whether there is a file of this name.
  static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  /// Whether a path names a directory.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// How many bytes a regular file has; nil for anything else.
  static func size(_ path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// The number of a descriptor that a path names: `/dev/stdin`, `/dev/fd/3` and the like.
  ///
  /// Opening such a path would start at the beginning of the file behind it, or replace that file.
  static func number(named path: String) -> Int32? {
    switch path {
    case "/dev/stdin": return 0
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default: break
    }
    for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
      return Int32(path.dropFirst(folder.count))
    }
    return nil
  }

  /// Another descriptor for an open file.
  static func duplicate(_ number: Int32, name: String) throws(CommandError) -> FileDescriptor {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else {
      throw CommandError("\(name): is not open: \(lastError()); name a file")
    }
    return FileDescriptor(number: copy, name: name)
  }

  /// Whether a path is standard input.
  static func isStandardInput(_ path: String) -> Bool {
    path == "-" || number(named: path) == 0
  }

  /// Whether a path names something else than a regular file or a directory.
  static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// The value of a variable of the environment; nil if it is not set.
  @Sendable static func environment(_ name: String) -> [UInt8]? {
    unsafe getenv(name).map { value in
      unsafe UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) }
    }
  }

  /// Opens a file for reading; `-` is standard input.
  static func reading(_ path: String) throws(CommandError) -> FileDescriptor {
    if isStandardInput(path) { return standardInput }
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    let name = shown(path)
    guard number >= 0 else {
      throw CommandError("\(name): cannot be read: \(lastError()); check the path")
    }
    var status = stat()
    if unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      _ = systemClose(number)
      throw CommandError("\(name): is a directory; name a file in it")
    }
    InputFiles.note(status)
    return FileDescriptor(number: number, name: name)
  }

  /// Reads up to as many bytes as fit; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(CommandError) -> Int {
    while true {
      let count = unsafe systemRead(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno == EAGAIN {
        wait(for: POLLIN)
      } else if errno != EINTR {
        throw CommandError("\(name): cannot be read: \(lastError()); check the path")
      }
    }
  }

  /// Reads everything, up to a limit.
  func readAll(limit: Int) throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      var count = 0
      var failure: CommandError?
      unsafe chunk.withUnsafeMutableBytes { buffer in
        do throws(CommandError) {
          count = unsafe try read(into: buffer)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw CommandError(
          "\(name): is larger than \(limit >> 20) MiB, the limit for a cluster document; check the path"
        )
      }
      bytes += chunk[..<count]
    }
  }

  /// The contents of a regular file that is to be replaced; nil if it does not exist.
  ///
  /// Unlike ``reading(_:)``, this does not make the file an input.
  static func contents(of path: String, limit: Int) throws(CommandError) -> [UInt8]? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else {
      throw CommandError("\(shown(path)): cannot be read: \(lastError()); check the path")
    }
    let file = FileDescriptor(number: number, name: shown(path))
    defer { file.close() }
    return try file.readAll(limit: limit)
  }

  /// Makes a folder, if it is not there.
  static func makeFolder(_ path: String) throws(CommandError) {
    guard unsafe mkdir(path, 0o777) != 0, !isDirectory(path) else { return }
    throw CommandError("\(shown(path)): cannot be made a folder: \(lastError()); check the path")
  }

  /// Removes a file.
  static func remove(_ path: String) throws(CommandError) {
    guard unsafe unlink(path) == 0 else {
      throw CommandError("\(shown(path)): cannot be removed: \(lastError()); remove it")
    }
  }

  /// Writes everything.
  ///
  /// - Throws: ``ClosedPipe`` if the reader has closed the pipe, ``CommandError`` for all else.
  func write(_ bytes: [UInt8]) throws {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe systemWrite(number, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        throw ClosedPipe()
      } else if errno == EAGAIN {
        wait(for: POLLOUT)
      } else if errno != EINTR {
        throw CommandError(
          "\(name): cannot be written: \(lastError()); check that there is room and someone to read"
        )
      }
    }
  }

  /// Waits until a non-blocking descriptor is ready.
  private func wait(for event: Int32) {
    var request = pollfd(fd: number, events: Int16(event), revents: 0)
    _ = unsafe poll(&request, 1, -1)
  }

  func close() {
    if number > 2 { _ = systemClose(number) }
  }

  var isTerminal: Bool { isatty(number) == 1 }
}

/// The reader of standard output has closed it, which is not an error.
struct ClosedPipe: Error {}

/// Makes writing to a closed pipe, and beyond the limit of a file's size, an error instead of the end of
/// the process.
func ignoreSignalsOfWriting() {
  _ = signal(SIGPIPE, SIG_IGN)
  _ = signal(SIGXFSZ, SIG_IGN)
}

/// Opens the standard descriptors that the process was started without.
///
/// Without this, a file that is opened later would get such a number and receive the output. Reading from
/// them and writing to them fails.
func reserveStandardDescriptors() {
  for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 {
    _ = unsafe open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY)
  }
}

/// The system's text for the last error.
func lastError() -> String {
  unsafe String(cString: strerror(errno))
}

// With other names, so that methods of the same names can call them.
private func systemRead(_ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(fd, bytes, count)
}

private func systemWrite(_ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(fd, bytes, count)
}

private func systemClose(_ fd: Int32) -> Int32 {
  close(fd)
}
