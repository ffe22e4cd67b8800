#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension Span<UInt8> {
  /// The first position of a byte, from a position on.
  @inline(__always) package func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    guard start < count else { return nil }
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
      else { return nil }
      return unsafe base.distance(to: UnsafeRawPointer(found))
    }
  }

  /// The first position of a text, from a position on.
  @inline(__always) package func firstIndex(of text: [UInt8], from start: Int) -> Int? {
    guard let first = text.first else { return start }
    if text.count > 16 { return firstIndex(ofLong: text, from: start) }
    var position = start
    while let found = firstIndex(of: first, from: position) {
      if hasBytes(text, at: found) { return found }
      position = found + 1
    }
    return nil
  }

  /// The same in O(count), where trying each position may take O(count · text.count): the search of
  /// Knuth, Morris and Pratt.
  private func firstIndex(ofLong text: [UInt8], from start: Int) -> Int? {
    // How much of the text is still found if it does not go on after so much of it.
    var shorter = [0]
    for byte in text.dropFirst() {
      var length = shorter[shorter.count - 1]
      while length > 0, text[length] != byte { length = shorter[length - 1] }
      shorter.append(text[length] == byte ? length + 1 : 0)
    }
    var length = 0
    for position in start..<max(start, count) {
      while length > 0, text[length] != self[position] { length = shorter[length - 1] }
      if text[length] == self[position] { length += 1 }
      if length == text.count { return position + 1 - length }
    }
    return nil
  }

  /// Whether a text is at a position.
  @inline(__always) package func hasBytes(_ text: [UInt8], at start: Int) -> Bool {
    guard start >= 0, text.count <= count - start else { return false }
    for index in text.indices where self[start + index] != text[index] { return false }
    return true
  }

  /// The bytes as an array.
  package var array: [UInt8] {
    unsafe withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
