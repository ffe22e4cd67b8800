import CKeyLoops
import ConsistentHashing
import Synchronization

/// Which keys have been seen, by 64 bits of their hashes; several threads may ask at once.
///
/// Two of ten million keys have the same hash in three of a million runs.
final class DistinctKeys: Sendable {
  /// Hashes are shared out by their first bits, so that threads seldom wait for each other.
  private let shards: [Shard] = (0..<ckeyloops_shards).map { _ in Shard() }

  private final class Shard: Sendable {
    let hashes = Mutex(HashSet())
  }

  /// How many bytes the files have, as far as that is known.
  private let totalBytes: Int

  private let hasReserved = Atomic(false)

  /// Prepares for the keys of files.
  ///
  /// - Parameter totalBytes: How many bytes they have, as far as that is known.
  init(totalBytes: Int) { self.totalBytes = totalBytes }

  /// Drops the keys that have been seen before.
  ///
  /// - Parameter bytes: How many bytes of the files the keys come from.
  func keepNew(_ batch: inout KeyBatch, from bytes: Int) throws(BatchError) {
    var hashes = [UInt64](repeating: 0, count: batch.count)
    var places = hashes.mutableSpan
    try XXH3().hash(keys: batch.keys.bytes.span, ends: batch.keys.ends.span, into: &places)
    // The keys of one shard after those of another.
    var starts = [Int](repeating: 0, count: shards.count + 1)
    var sorted = hashes
    var numbers = [Int32](repeating: 0, count: batch.count)
    unsafe ckeyloops_share(hashes, hashes.count, &starts, &sorted, &numbers)
    var isNew = [Bool](repeating: false, count: batch.count)
    for (shard, shared) in shards.enumerated() {
      let range = starts[shard]..<starts[shard + 1]
      shared.hashes.withLock {
        $0.insert(sorted.span.extracting(range), new: &isNew, at: range.lowerBound)
      }
    }
    var dropped: [Int32] = []
    for (place, isNew) in isNew.enumerated() where !isNew { dropped.append(numbers[place]) }
    reserve(new: batch.count - dropped.count, from: bytes)
    batch.drop(dropped)
  }

  /// Makes room for all keys of the files, if as many of them are new as of the first ones.
  private func reserve(new count: Int, from bytes: Int) {
    guard bytes > 0, !hasReserved.exchange(true, ordering: .relaxed) else { return }
    let expected = Double(count) * Double(totalBytes) / Double(bytes)
    let ofShard = Int(min(expected, Self.mostReserved)) / shards.count
    for shard in shards { shard.hashes.withLock { $0.reserve(ofShard) } }
  }

  /// Room for so many takes a quarter of a gigabyte; sets of more hashes grow later.
  private static let mostReserved = 2.0e7
}
