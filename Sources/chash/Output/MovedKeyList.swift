import ConsistentHashing
import RemapAnalysis

/// The keys that move, one a line: key, node before, node after.
///
/// Each is written when it is found, under a temporary name until the end. The number of keys takes no
/// memory, and a failure leaves no partial list.
final class MovedKeyList {
  private let file: AtomicFile
  private let ids: [NodeID]
  private var buffer: [UInt8] = []

  init(_ path: String, madeFrom inputs: [String?], ids: [NodeID]) throws {
    file = try AtomicFile(path, madeFrom: inputs)
    self.ids = ids
  }

  func add(_ key: Span<UInt8>, _ move: RemapCounter.Move) throws {
    TabSeparated.append(key, to: &buffer)
    buffer += "\t\(name(move.from))\t\(name(move.to))\n".utf8
    if buffer.count >= 1 << 16 { try flush() }
  }

  func finish() throws {
    try flush()
    try file.commit()
  }

  private func flush() throws {
    try file.write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  private func name(_ place: Int) -> String {
    place < ids.count ? TabSeparated.cell(ids[place].text) : "(by state)"
  }
}
