import ConsistentHashing
import Synchronization

/// Which keys have been seen, by 64 bits of their hashes; several threads may ask at once.
///
/// Two of ten million keys have the same hash in three of a million runs.
final class DistinctKeys: Sendable {
  /// Hashes are shared out by their first bits, so that threads seldom wait for each other.
  private let shards: [Shard] = (0..<16).map { _ in Shard() }

  private final class Shard: Sendable {
    let hashes = Mutex(HashSet())
  }

  /// Drops the keys that have been seen before.
  func keepNew(_ batch: inout KeyBatch) throws(BatchError) {
    var hashes = [UInt64](repeating: 0, count: batch.count)
    var places = hashes.mutableSpan
    try XXH3().hash(keys: batch.keys.bytes.span, ends: batch.keys.ends.span, into: &places)
    // The keys of one shard after those of another.
    var starts = [Int](repeating: 0, count: shards.count + 1)
    for hash in hashes { starts[Self.shard(of: hash) + 1] += 1 }
    for shard in shards.indices { starts[shard + 1] += starts[shard] }
    var free = starts
    var sorted = hashes
    var numbers = [Int32](repeating: 0, count: batch.count)
    for number in hashes.indices {
      let hash = hashes[number]
      let shard = Self.shard(of: hash)
      let place = free[shard]
      free[shard] = place + 1
      sorted[place] = hash
      numbers[place] = Int32(truncatingIfNeeded: number)
    }
    var isNew = [Bool](repeating: false, count: batch.count)
    for (shard, shared) in shards.enumerated() {
      let range = starts[shard]..<starts[shard + 1]
      shared.hashes.withLock {
        $0.insert(sorted.span.extracting(range), new: &isNew, at: range.lowerBound)
      }
    }
    var dropped: [Int32] = []
    for place in isNew.indices where !isNew[place] { dropped.append(numbers[place]) }
    batch.drop(dropped)
  }

  private static func shard(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 60) }
}
