import ConsistentHashing
import RemapAnalysis

/// The keys of a command: the user's, or generated ones.
struct KeySupply {
  let options: KeyOptions

  /// How many keys to generate if none are given.
  let samples: Int

  /// Where routers find the key, which decides the form of generated keys.
  let source: KeySource?

  init(options: KeyOptions, samples: Int = 0, source: KeySource? = nil) {
    self.options = options
    self.samples = samples
    self.source = source
  }

  var kind: RemapReport.Keys { options.keys == nil ? .sampled : .given }

  /// Calls `body` with every key.
  ///
  /// Generated keys are `key-0`, `key-1`, …, or IPv4 addresses if the key is the client's address. They
  /// are the same in every run.
  func forEachKey(_ body: (Span<UInt8>) throws -> Void) throws {
    var progress = Progress()
    defer { progress.finish() }
    guard let path = options.keys else {
      for number in 0..<samples {
        let key = source == .remoteAddress ? Self.address(number) : "key-\(number)"
        try body(key.utf8.span)
        progress.advance()
      }
      return
    }
    // Read once, because each access to an option searches the parsed arguments.
    let field = options.field
    let isDistinct = options.distinct
    var seen: Set<UInt64> = []
    let hash = XXH3()
    var lacking = 0
    var firstLacking = 0
    var reader = try LineReader(path)
    var lines = 0
    func take(_ key: Span<UInt8>) throws {
      if isDistinct, !seen.insert(hash.hash(key)).inserted { return }
      try body(key)
    }
    try reader.forEachLine { bytes, line in
      lines += 1
      progress.advance()
      guard let field else { return try take(bytes) }
      guard let range = LogField.range(of: field, in: bytes), !range.isEmpty else {
        if lacking == 0 { firstLacking = line }
        lacking += 1
        return
      }
      try take(bytes.extracting(range))
    }
    progress.finish()
    if reader.emptyLines > 0 {
      Notes.say(
        "\(reader.name): skipped " + counted(reader.emptyLines, "empty line", "empty lines"))
    }
    if lacking > 0, let field {
      Notes.say(
        "\(reader.name): skipped \(counted(lacking, "line", "lines")) without a field \(field), "
          + "the first at line \(firstLacking)")
    }
    if lines == lacking { Notes.say("\(reader.name): has no keys") }
  }

  /// A different address for each number of 32 bits, as multiplication by an odd number is one to one.
  private static func address(_ number: Int) -> String {
    let bits = UInt32(truncatingIfNeeded: number) &* 2_654_435_761
    return [24, 16, 8, 0].map { String(bits >> $0 & 0xFF) }.joined(separator: ".")
  }
}
