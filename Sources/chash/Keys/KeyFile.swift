/// The bytes of a file of keys, unpacked and as UTF-8 if it was UTF-16.
final class KeyFile {
  /// The file, as the caller named it.
  var name: String { file.name }

  private let file: FileDescriptor
  private var unpacking: Unpacking?
  private var encoding = Encoding.bytes

  /// Bytes that were read but not taken yet.
  private var pending: [UInt8] = []
  private var taken = 0
  private var isAtEnd = false

  private enum Encoding {
    case bytes
    case utf16(isBigEndian: Bool)
  }

  private static let chunk = 1 << 18

  /// Opens a file; `-` is standard input.
  init(_ path: String) throws {
    let opened = try FileDescriptor.reading(path)
    if let packing = Packing(of: opened) {
      let unpacking = try Unpacking(opened, packing)
      file = unpacking.output
      self.unpacking = unpacking
    } else {
      file = opened
    }
    try fill()
    // A pipe cannot be looked into before.
    if unpacking == nil, let packing = Packing(magicOf: pending) {
      throw CommandError(
        "\(name): is packed with \(packing.program); write \(packing.program) -dc | chash …")
    }
    if pending.starts(with: [0xEF, 0xBB, 0xBF]) {
      taken = 3
    } else if Self.isUTF16(pending) {
      encoding = .utf16(isBigEndian: pending[0] == 0xFE)
      pending.removeFirst(2)
      pending = converted(pending)
    }
  }

  /// Whether a file begins with the mark of UTF-16 and goes on mostly in ASCII.
  ///
  /// Keys may be any bytes, also those of the mark.
  private static func isUTF16(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return false }
    let zeros = bytes[0] == 0xFF ? 1 : 0
    let units = min(bytes.count / 2 - 1, 500)
    let inASCII = (0..<units).count { bytes[2 + 2 * $0 + zeros] == 0 }
    return units == 0 || inASCII * 2 >= units
  }

  /// The first bytes, which are not taken by this.
  func peek(_ count: Int) throws -> ArraySlice<UInt8> {
    while pending.count - taken < count, !isAtEnd { try fill() }
    return pending[taken...].prefix(count)
  }

  /// Reads up to as many bytes as fit; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if taken == pending.count {
      pending.removeAll(keepingCapacity: true)
      taken = 0
      if case .bytes = encoding, !isAtEnd {
        let count = try unsafe file.read(into: buffer)
        if count == 0 { try finish() }
        return count
      }
      while pending.isEmpty, !isAtEnd { try fill() }
    }
    let count = min(buffer.count, pending.count - taken)
    unsafe buffer.copyBytes(from: pending[taken..<(taken + count)])
    taken += count
    return count
  }

  private func fill() throws {
    var bytes = [UInt8](repeating: 0, count: Self.chunk)
    var count = 0
    var failure: (any Error)?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do { count = unsafe try file.read(into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    if count == 0 { return try finish() }
    bytes.removeLast(bytes.count - count)
    pending += converted(bytes)
  }

  private func finish() throws {
    isAtEnd = true
    if case .utf16 = encoding, !rest.isEmpty {
      throw CommandError("\(name): ends within a character of UTF-16; the file is cut off")
    }
    try unpacking?.finish()
  }

  /// A byte or a half of a surrogate pair at the end of what was converted.
  private var rest: [UInt8] = []

  /// UTF-8 of bytes that may be UTF-16.
  ///
  /// What is no UTF-16 becomes U+FFFD.
  private func converted(_ bytes: [UInt8]) -> [UInt8] {
    guard case .utf16(let isBigEndian) = encoding else { return bytes }
    let bytes = rest + bytes
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    for position in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (high, low) =
        isBigEndian
        ? (bytes[position], bytes[position + 1]) : (bytes[position + 1], bytes[position])
      units.append(UInt16(high) << 8 | UInt16(low))
    }
    var used = units.count
    if let last = units.last, UTF16.isLeadSurrogate(last) { used -= 1 }
    rest = Array(bytes[(2 * used)...])
    return Array(String(decoding: units[..<used], as: UTF16.self).utf8)
  }

  func close() { file.close() }
}
