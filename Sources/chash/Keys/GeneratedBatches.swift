import AccessLogs
import RemapAnalysis

/// Generated keys, some at a time.
struct GeneratedBatches: UnitSource {
  private static let size = 4096

  private var keys: GeneratedKeys.Draws
  private let type: KeyType
  private var left: Int

  init(_ samples: SampleOptions, _ kind: KeyKind) {
    keys = GeneratedKeys(samples.form ?? kind.generatedForm).draws()
    type = kind.type
    left = samples.samples
  }

  /// The next keys; nil at the end.
  mutating func next() -> KeyBatch? {
    guard left > 0 else { return nil }
    let count = min(left, Self.size)
    left -= count
    var batch = KeyBatch(bytes: 40 * count, hasWritten: type != .text)
    var text: [UInt8] = []
    var typed: [UInt8] = []
    for _ in 0..<count {
      text.removeAll(keepingCapacity: true)
      keys.next(into: &text)
      if type == .text {
        batch.append(text.span, written: text.span)
      } else {
        typed.removeAll(keepingCapacity: true)
        if type.append(text.span, to: &typed) { batch.append(typed.span, written: text.span) }
      }
    }
    return batch
  }
}
