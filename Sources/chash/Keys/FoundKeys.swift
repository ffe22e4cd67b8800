import AccessLogs

/// The keys of some lines, and what the other lines were.
struct FoundKeys: Sendable {
  var batch: KeyBatch
  private(set) var tally = LineTally()
  private(set) var remainder = LineBlock.Remainder()

  /// Finds the keys of a block.
  init(_ block: GivenBlocks.Block, _ kind: KeyKind) {
    if let unset = block.keys.unsetLine(in: block.lines.bytes.span) {
      let found = block.lines.keys(unset: unset)
      (batch, tally, remainder) = (KeyBatch(found.keys), found.tally, found.2)
      return
    }
    var batch = KeyBatch(bytes: block.lines.bytes.count, hasWritten: kind.type != .text)
    var tally = LineTally()
    var keys = block.keys.separate()
    // The names of the columns.
    let skipped = block.isFirst && block.skipsFirstLine ? 1 : 0
    remainder = block.lines.forEachLine { line, number in
      guard number != skipped else { return }
      let outcome = keys.find(in: line) { key, written in batch.append(key, written: written) }
      tally.note(outcome, line: number)
    }
    self.batch = batch
    self.tally = tally
  }
}
