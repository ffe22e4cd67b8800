import ConsistentHashing
import Synchronization

/// Which keys have been seen, by 64 bits of their hashes; several threads may ask at once.
///
/// Two of ten million keys have the same hash in three of a million runs.
final class DistinctKeys: Sendable {
  /// Hashes are shared out by their first bits, so that threads seldom wait for each other.
  private let shards: [Shard] = (0..<64).map { _ in Shard() }

  private final class Shard: Sendable {
    let hashes = Mutex(HashSet())
  }

  /// Drops the keys that have been seen before.
  func keepNew(_ batch: inout KeyBatch) throws(BatchError) {
    var hashes = [UInt64](repeating: 0, count: batch.count)
    var places = hashes.mutableSpan
    try XXH3().hash(keys: batch.keys.bytes.span, ends: batch.keys.ends.span, into: &places)
    // Numbers of keys by shard.
    var starts = [Int](repeating: 0, count: shards.count + 1)
    for hash in hashes { starts[Self.shard(of: hash) + 1] += 1 }
    for shard in shards.indices { starts[shard + 1] += starts[shard] }
    var ordered = [Int](repeating: 0, count: batch.count)
    var free = starts
    for (number, hash) in hashes.enumerated() {
      let shard = Self.shard(of: hash)
      ordered[free[shard]] = number
      free[shard] += 1
    }
    var isNew = [Bool](repeating: false, count: batch.count)
    for (shard, shared) in shards.enumerated() {
      let numbers = ordered[starts[shard]..<starts[shard + 1]]
      shared.hashes.withLock { seen in
        for number in numbers { isNew[number] = seen.insert(hashes[number]) }
      }
    }
    batch.keep(isNew.indices.filter { isNew[$0] })
  }

  private static func shard(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 58) }
}
