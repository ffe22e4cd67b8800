import AccessLogs
import ConsistentHashing

/// Some keys, end to end.
struct KeyBatch: Sendable {
  /// What is hashed.
  private(set) var keys = Texts()

  /// How people write the keys; nil if that is what is hashed.
  private(set) var written: Texts?

  /// Texts, end to end.
  struct Texts: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each text ends, and the next begins.
    private(set) var ends: [Int] = []

    var count: Int { ends.count }

    /// Where a text is.
    subscript(number: Int) -> Range<Int> {
      (number == 0 ? 0 : ends[number - 1])..<ends[number]
    }

    mutating func reserve(bytes: Int) {
      self.bytes.reserveCapacity(bytes)
      // The shortest keys that people have, with a line feed.
      ends.reserveCapacity(bytes / 8)
    }

    @inline(__always) mutating func append(_ text: Span<UInt8>) {
      unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
      ends.append(bytes.count)
    }

    /// Texts end to end.
    init(_ texts: some Sequence<String> = []) {
      for text in texts { append(text.utf8.span) }
    }

    init(bytes: [UInt8], ends: [Int]) {
      self.bytes = bytes
      self.ends = ends
    }

    /// Appends a text to others.
    @inline(__always) func write(_ number: Int, to text: inout [UInt8]) {
      unsafe bytes.withUnsafeBufferPointer {
        unsafe text.append(contentsOf: UnsafeBufferPointer(rebasing: $0[self[number]]))
      }
    }

    /// Leaves out some texts.
    mutating func drop(_ isDropped: [Bool]) {
      var texts = Texts()
      texts.reserve(bytes: bytes.count)
      for number in isDropped.indices where !isDropped[number] {
        texts.append(bytes.span.extracting(self[number]))
      }
      self = texts
    }
  }

  var count: Int { keys.count }

  /// Prepares for keys.
  ///
  /// - Parameters:
  ///   - bytes: About how many bytes the keys have.
  ///   - hasWritten: Whether people write keys in another way than they are hashed.
  init(bytes: Int, hasWritten: Bool) {
    keys.reserve(bytes: bytes)
    if hasWritten {
      var texts = Texts()
      texts.reserve(bytes: bytes)
      written = texts
    }
  }

  /// Keys that people write as they are hashed.
  init(_ keys: Texts) {
    self.keys = keys
  }

  /// Adds a key.
  @inline(__always) mutating func append(_ key: Span<UInt8>, written text: Span<UInt8>) {
    keys.append(key)
    if written != nil { written?.append(text) }
  }

  /// Leaves out the keys of some numbers.
  mutating func drop(_ numbers: [Int32]) {
    guard !numbers.isEmpty else { return }
    var isDropped = [Bool](repeating: false, count: count)
    for number in numbers { isDropped[Int(number)] = true }
    keys.drop(isDropped)
    written?.drop(isDropped)
  }

  /// Calls `body` with what is hashed of a key.
  func withKey<Result>(_ number: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    try body(keys.bytes.span.extracting(keys[number]))
  }

  /// Calls `body` with what people write for a key.
  func withWritten<Result>(_ number: Int, _ body: (Span<UInt8>) throws -> Result) rethrows
    -> Result
  {
    let texts = written ?? keys
    return try body(texts.bytes.span.extracting(texts[number]))
  }
}
