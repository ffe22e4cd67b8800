import ConsistentHashing
import RemapAnalysis

/// The keys that move, one a line: key, node before, node after.
///
/// Kept in memory and written whole at the end, so that a failure leaves no half of a list.
final class MovedKeyList {
  private let path: String
  private let ids: [NodeID]
  private var bytes: [UInt8] = []

  init(_ path: String, ids: [NodeID]) {
    self.path = path
    self.ids = ids
  }

  func add(_ key: Span<UInt8>, _ move: RemapCounter.Move) throws {
    for index in key.indices { bytes.append(key[index]) }
    bytes += "\t\(name(move.from))\t\(name(move.to))\n".utf8
  }

  func finish() throws {
    try AtomicFile.write(bytes, to: path)
  }

  private func name(_ place: Int) -> String {
    place < ids.count ? ids[place].text : "(by state)"
  }
}
