/// Cuts a file of keys, any bytes, into blocks of whole lines, in constant memory.
struct LineBlocks {
  /// About how many bytes a block has.
  ///
  /// It stays in the second-level cache while its keys are found and looked up.
  private static let size = 1 << 17

  private let file: KeyFile

  /// The file, as the caller named it.
  var name: String { file.name }

  /// A line whose end has not been read yet.
  private var rest: [UInt8] = []

  private var isAtEnd = false

  init(_ path: String) throws {
    file = try KeyFile(path)
  }

  /// The first lines, which are not taken by this.
  func peekLines(_ count: Int) throws -> [[UInt8]] {
    let bytes = try file.peek(1 << 16)
    var lines = bytes.split(
      separator: UInt8(ascii: "\n"), maxSplits: count, omittingEmptySubsequences: false
    ).map { line in Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
    // The last one may go on.
    if lines.count > count || (lines.count > 1 && bytes.count == 1 << 16) { lines.removeLast() }
    return lines.filter { !$0.isEmpty }
  }

  /// The next lines; nil at the end of the file.
  ///
  /// A block of one line without an end may be the beginning of a line that is too long.
  mutating func next() throws -> LineBlock? {
    while !isAtEnd {
      var block = try filled(after: rest)
      if isAtEnd {
        file.close()
        return block.isEmpty ? nil : LineBlock(bytes: block)
      }
      let kept = rest.count
      if let newline = block[kept...].lastIndex(of: UInt8(ascii: "\n")) {
        rest = Array(block[(newline + 1)...])
        block.removeSubrange((newline + 1)...)
        return LineBlock(bytes: block)
      }
      rest = block
      if rest.count > LineBlock.longestLine + 1 {
        isAtEnd = true
        file.close()
        return LineBlock(bytes: rest)
      }
    }
    return nil
  }

  /// What is read next, behind some bytes.
  private mutating func filled(after start: [UInt8]) throws -> [UInt8] {
    var isAtEnd = false
    let capacity = start.count + Self.size
    let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = unsafe buffer.update(fromContentsOf: start)
      while count < capacity, !isAtEnd {
        let free = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: buffer[count...]))
        let read = try unsafe file.read(into: free)
        isAtEnd = read == 0
        count += read
      }
    }
    self.isAtEnd = isAtEnd
    return bytes
  }
}
