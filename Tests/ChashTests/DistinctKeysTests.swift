import AccessLogs
import ConsistentHashing
import ConsistentHashingTesting
import Testing

@testable import chash

/// The set of hashes behind `--distinct`, beside the standard library's.
@Suite struct DistinctKeysTests {
  @Test func hashesAreNewOnce() {
    var random = SeededGenerator(seed: .random(in: .min ... .max))
    for round in 0..<40 {
      var seen: Set<UInt64> = []
      var set = HashSet()
      // Few hashes in few places, so that they meet, up to many that make the set grow.
      let bound = 1 << (2 + round % 16)
      let spread: UInt64 = [1, 1 << 10, 1 << 47][round % 3]
      for _ in 0..<30 {
        let hashes = (0..<random.below(400)).map { _ in UInt64(random.below(bound)) &* spread }
        var isNew = [Bool](repeating: false, count: hashes.count + 3)
        set.insert(hashes.span, new: &isNew, at: 3)
        let expected = hashes.map { seen.insert($0).inserted }
        #expect(Array(isNew[3...]) == expected, "seed \(random.seed), round \(round)")
        #expect(isNew[..<3] == [false, false, false])
        if round % 4 == 0 { set.reserve(random.below(5000)) }
      }
    }
  }

  @Test func keysAreKeptOnce() throws {
    var random = SeededGenerator(seed: .random(in: .min ... .max))
    for totalBytes in [0, 5000, 1 << 40] {
      let distinct = DistinctKeys(totalBytes: totalBytes)
      var seen: Set<String> = []
      for _ in 0..<20 {
        let keys = (0..<random.below(1000)).map { _ in "k\(random.below(5000))" }
        var batch = KeyBatch(KeyBatch.Texts(keys))
        try distinct.keepNew(&batch, from: 10)
        let kept = (0..<batch.count).map { number in
          batch.withKey(number) { String(decoding: $0.array, as: UTF8.self) }
        }
        #expect(kept == keys.filter { seen.insert($0).inserted }, "seed \(random.seed)")
      }
    }
  }
}
