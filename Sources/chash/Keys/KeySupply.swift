import AccessLogs
import ConsistentHashing
import RemapAnalysis
import Synchronization

/// The keys of a command: the user's, or generated ones.
struct KeySupply {
  let settings: KeySettings

  /// How many keys to generate if none are given.
  let samples: SampleOptions?

  /// What the keys of the cluster are.
  let kind: KeyKind

  init(options: KeyOptions, samples: SampleOptions? = nil, kind: KeyKind) {
    settings = options.settings
    self.samples = samples
    self.kind = kind
  }

  var origin: RemapReport.Keys { settings.files.isEmpty ? .sampled : .given }

  /// Calls `work` with all keys, some at a time, on all cores.
  ///
  /// - Parameters:
  ///   - counter: What each core starts with.
  ///   - work: Counts some keys, and makes something of them.
  ///   - take: Takes what was made, in the order of the keys.
  /// - Returns: What the cores have counted, at least one, and how many lines have no key.
  /// - Throws: ``CommandError`` if a file cannot be read, if its lines do not have the key, or if no line
  ///   has one.
  func forEachBatch<Counter: Sendable, Made: Sendable>(
    countingWith counter: Counter, _ work: @Sendable (inout Counter, KeyBatch) throws -> Made,
    then take: (Made) throws -> Void
  ) throws -> (counters: [Counter], skipped: SkippedLines) {
    // As many counters come to be as batches are worked on at once.
    let counters = Mutex<[Counter]>([])
    @Sendable func counted(_ batch: KeyBatch) throws -> Made {
      var own = counters.withLock { $0.popLast() } ?? counter
      let made = try work(&own, batch)
      counters.withLock { $0.append(own) }
      return made
    }
    var skipped = SkippedLines()
    if settings.files.isEmpty {
      try forEachGenerated(counted, then: take)
    } else {
      skipped = try forEachGiven(counted, then: take)
    }
    return (counters.withLock { $0.isEmpty ? [counter] : $0 }, skipped)
  }

  private func forEachGenerated<Made: Sendable>(
    _ work: @Sendable (KeyBatch) throws -> Made, then take: (Made) throws -> Void
  ) throws {
    guard let samples else { return }
    var progress = Progress()
    defer { progress.finish() }
    try InRounds.run(GeneratedBatches(samples, kind)) { batch in
      (made: try work(batch), count: batch.count)
    } take: { result in
      progress.advance(by: result.count)
      try take(result.made)
    }
  }

  private func forEachGiven<Made: Sendable>(
    _ work: @Sendable (KeyBatch) throws -> Made, then take: (Made) throws -> Void
  ) throws -> SkippedLines {
    var progress = Progress()
    defer { progress.finish() }
    var count = 0
    var file: (number: Int, remarks: LineRemarks)?
    var skipped = SkippedLines()
    func endFile() {
      progress.finish()
      guard let remarks = file?.remarks else { return }
      remarks.say()
      skipped += remarks.skipped
    }
    let kind = kind
    // Neither lines nor keys are kept until the results are taken.
    // The watch of an expression follows one line at a time.
    let blocks = try GivenBlocks(settings, kind)
    let seen = settings.isDistinct ? DistinctKeys(totalBytes: blocks.byteCount) : nil
    try InRounds.run(blocks, isSerial: settings.regex != nil) { block in
      var found = FoundKeys(block, kind)
      try seen?.keepNew(&found.batch, from: block.lines.bytes.count)
      let made = try work(found.batch)
      return (block.origin, found.tally, found.remainder, found.batch.count, made)
    } take: { origin, tally, remainder, keys, made in
      if file?.number != origin.number {
        endFile()
        if let remark = origin.remark { Notes.say("\(origin.name): \(remark)") }
        file = (origin.number, LineRemarks(name: origin.name, settings, kind: kind))
      }
      progress.advance(by: keys)
      count += keys
      try take(made)
      try file?.remarks.add(tally, remainder)
    }
    endFile()
    guard count > 0 else {
      throw CommandError(
        "\(settings.files.map(shown).joined(separator: ", ")): no line has a key; give other files, or say "
          + "where the key is with --value, --field or --regex")
    }
    return skipped
  }
}
