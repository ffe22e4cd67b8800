/// Buffered standard output, or a file.
///
/// All results are written with it, never with `print`, so that a full disk is an error and a closed pipe
/// is not.
final class Output {
  private var buffer: [UInt8] = []
  private let file: FileDescriptor

  /// Writes to standard output.
  init() {
    file = .standardOutput
  }

  /// Writes to an open file.
  init(_ file: FileDescriptor) {
    self.file = file
  }

  /// Writes a text.
  func write(_ text: String) throws {
    buffer += text.utf8
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Writes bytes.
  func write(_ bytes: Span<UInt8>) throws {
    unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    if buffer.count >= 1 << 16 { try flush() }
  }

  /// Writes a line.
  func line(_ text: String = "") throws {
    try write(text + "\n")
  }

  /// Writes the buffer to the file.
  ///
  /// Call it before the command ends.
  func flush() throws {
    try file.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
