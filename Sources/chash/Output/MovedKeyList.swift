import ConsistentHashing
import RemapAnalysis

/// The keys that move, one a line: key, node before, node after.
///
/// Each is written when it is found, under a temporary name until the end. The number of keys takes no
/// memory, and a failure leaves no partial list.
final class MovedKeyList {
  private let file: AtomicFile

  init(_ path: String, madeFrom inputs: [String?]) throws {
    file = try AtomicFile(path, madeFrom: inputs)
  }

  /// Makes the lines of the list; several threads may do so at once.
  struct Lines: Sendable {
    /// What follows a key, by node; the last is that of a choice by state.
    private let names: KeyBatch.Texts

    init(ids: [NodeID]) {
      names = KeyBatch.Texts(
        (ids.map { TabSeparated.cell($0.text) } + ["(by state)"]).map { "\t\($0)" })
    }

    /// Appends the line of a key that moves.
    func append(
      _ number: Int, of batch: KeyBatch, _ move: RemapCounter.Move, to lines: inout [UInt8]
    ) {
      batch.withWritten(number) { TabSeparated.append($0, to: &lines) }
      names.write(move.from, to: &lines)
      names.write(move.to, to: &lines)
      lines.append(UInt8(ascii: "\n"))
    }
  }

  func add(_ lines: [UInt8]) throws {
    try file.write(lines)
  }

  func finish() throws {
    try file.commit()
  }
}
