#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A format of packed files, with the program that unpacks it.
enum Packing: String, CaseIterable {
  case gzip
  case zstd
  case xz
  case bzip2

  var program: String { rawValue }

  private var magic: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A]
    case .bzip2: [0x42, 0x5A, 0x68]
    }
  }

  /// The format of a file by its first bytes, which stay in the file; nil if it is not packed.
  init?(of file: FileDescriptor) {
    var bytes = [UInt8](repeating: 0, count: 5)
    // Nothing can be put back into a pipe, so it is not looked at.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(file.number, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return nil }
    self.init(magicOf: bytes)
  }

  /// The format of a file that begins with some bytes; nil if it is not packed.
  init?(magicOf bytes: [UInt8]) {
    guard let packing = Packing.allCases.first(where: { bytes.starts(with: $0.magic) }) else {
      return nil
    }
    self = packing
  }
}

/// A program that unpacks a file into a pipe.
struct Unpacking {
  /// What comes out of it.
  let output: FileDescriptor

  private let process: pid_t
  private let program: String

  /// Starts the program.
  init(_ file: FileDescriptor, _ packing: Packing) throws(CommandError) {
    defer { file.close() }
    program = packing.program
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw CommandError("\(file.name): cannot be unpacked: \(lastError()); unpack it first")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    #else
    var actions = unsafe posix_spawn_file_actions_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, file.number, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup(program), strdup("-dc"), nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    let status = unsafe posix_spawnp(&process, program, &actions, nil, &arguments, environ)
    _ = Unpacking.closeEnd(ends[1])
    guard status == 0 else {
      _ = Unpacking.closeEnd(ends[0])
      throw CommandError(
        "\(file.name): is packed with \(program), which is not installed; install it, or unpack the file"
      )
    }
    self.process = process
    output = FileDescriptor(number: ends[0], name: file.name)
  }

  /// Waits for the end of the program.
  ///
  /// - Throws: ``CommandError`` if it did not unpack everything.
  func finish() throws(CommandError) {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      throw CommandError(
        "\(output.name): cannot be unpacked to its end; the file is damaged or cut off "
          + "(\(program) -t says more)")
    }
  }

  private static func closeEnd(_ number: Int32) -> Int32 { close(number) }
}
