import ConsistentHashing

/// The lines of an upstream laid out by weight, for the methods that take a hash modulo the sum.
struct NginxWeightWheel: Sendable {
  /// Lines that are no backups.
  let lineCount: Int

  /// For each of those lines the sum of the weights up to and with it.
  private let ends: [UInt32]
  private let lines: [Int]

  /// Lays lines out.
  ///
  /// - Throws: `ClusterError` if the weights sum to 2³¹ or more, where nginx's own sum would overflow.
  init(_ peers: [NginxPeer]) throws(ClusterError) {
    let lines = peers.indices.filter { !peers[$0].isBackup }
    var sum = 0
    var ends: [UInt32] = []
    for line in lines {
      sum += peers[line].weight
      guard sum <= Int(Int32.max) else {
        throw ClusterError(
          .tooLarge, .node(line), "the weights sum to more than \(Int32.max)",
          remedy: "lower the weights")
      }
      ends.append(UInt32(sum))
    }
    self.lines = lines
    self.ends = ends
    lineCount = lines.count
  }

  /// The line at which a hash, modulo the sum of weights, runs out.
  func line(at hash: UInt32) -> Int {
    let target = hash % (ends.last ?? 1)
    // The first whose end is above the target.
    var low = 0
    var high = ends.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > target { high = middle } else { low = middle + 1 }
    }
    return lines[low]
  }
}
