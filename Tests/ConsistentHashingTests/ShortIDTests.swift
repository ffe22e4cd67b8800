import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// Ids that differ in one character, as people name servers, get rings as balanced as any others.
///
/// Hashing an id under seed j fails here: XXH3 adds the seed to what it reads of a short input before
/// it scrambles the sum, so that neighbouring ids share points.
@Suite struct ShortIDTests {
  @Test(arguments: [
    ["a", "b", "c"], ["1", "2", "3", "4", "5", "6", "7", "8", "9"], ["s1", "s2", "s3", "s4"],
    ["db1", "db2", "db3"], ["w2", "w2b"], (0..<20).map { "h" + ($0 < 10 ? "0" : "") + "\($0)" },
    (0..<10).map { "web\($0)-eu" }, (0..<12).map { "node-\($0)" },
  ])
  func keepsSharesWithinTheirSpread(ids: [String]) throws {
    let ring = try KetamaRing(
      nodes: ids.enumerated().map { Node(id: NodeID($1), address: "10.0.0.\($0 + 1):80") })
    var generator = SeededGenerator(seed: 7)
    let keys = 100_000
    var counts = [Int](repeating: 0, count: ids.count)
    for _ in 0..<keys { counts[ring.index(forHash: generator.next())] += 1 }
    // A share of V = 160 of N points has this standard deviation relative to its mean; counting keys
    // adds a little. Five of them.
    let n = Double(ids.count)
    let deviation = ((n - 1) / (n * 160 + 1) + n / Double(keys)).squareRoot()
    let ratios = counts.map { Double($0) * n / Double(keys) }
    #expect(ratios.allSatisfy { abs($0 - 1) < 5 * deviation }, "\(ratios)")
  }
}
