import ConsistentHashingTesting
import Testing

@testable import ConsistentHashing

/// The index over ring points against a search through all of them.
@Suite struct RingPointsTests {
  /// The owners by the rule's words: the first point at or after the hash in the order of values,
  /// equal ones in the order given; the first of all if there is none.
  private static func owners(
    _ hashes: [UInt64], _ points: [(value: UInt64, owner: UInt32)]
  ) -> [Int] {
    let sorted = points.enumerated()
      .sorted { ($0.element.value, $0.offset) < ($1.element.value, $1.offset) }
      .map(\.element)
    var next = 0
    return hashes.map { hash in
      while next < sorted.count, sorted[next].value < hash { next += 1 }
      return Int(sorted[next == sorted.count ? 0 : next].owner)
    }
  }

  /// The hashes that a ring of points gives to another owner: at and beside each point and each end of a
  /// bucket; and whether the ring is not as even as expected, if that is told.
  static func disagreements(_ values: [UInt64], isEven: Bool? = nil) -> [String] {
    let points = values.enumerated().map { (value: $1, owner: UInt32($0)) }
    let ring = RingPoints(values: values, owners: points.map(\.owner), bound: values.count)
    let thinned = RingPoints(
      values: values, owners: points.map(\.owner), bound: values.count, keepingFirstOfEqual: true)
    var hashes: Set<UInt64> = [0, 1, .max - 1, .max, 1 << 63, (1 << 63) - 1]
    for value in values { hashes.formUnion([value &- 1, value, value &+ 1]) }
    for bucket in 0...UInt64(ring.bucketCount) {
      let start = start(ofNotch: bucket << 12, of: ring.notchCount)
      hashes.formUnion([start &- 1, start])
    }
    let ascending = hashes.sorted()
    var failures = zip(ascending, owners(ascending, points))
      .filter { hash, owner in
        [ring, thinned].contains { $0.owner($0.first(atOrAfter: hash)) != owner }
      }
      .map { "\($0.0) among \(values)" }
    if ring.count != values.count || thinned.count != Set(values).count {
      failures.append("\(ring.count) and \(thinned.count) points of \(values)")
    }
    if let isEven, ring.isEven != isEven {
      failures.append("\(isEven ? "uneven" : "even"): \(values)")
    }
    return failures
  }

  static let corners: [[UInt64]] = [
    [0], [.max], [5], [1 << 63],
    [0, .max], [.max, 0], [.max, .max], [0, 0], [.max, .max - 1, .max],
    [7, 7, 7, 7], [1 << 63, (1 << 63) - 1, (1 << 63) + 1],
    // All in the first bucket, all in the last, one in each.
    [3, 1, 2, 0, 4, 9, 8, 7], (0..<9).map { .max - $0 },
    (0..<8).map { $0 << 61 }, (0..<16).reversed().map { $0 << 60 },
    // Buckets of more points than are compared at once, in one notch and in several.
    (0..<27).map { $0 << 3 }, (0..<27).reversed().map { 1 << 62 + $0 },
    (0..<27).map { .max - $0 << 3 }, (0..<26).map { 1 << 50 * $0 } + [.max],
    Array(repeating: 1 << 40, count: 20) + (0..<7).map { 1 << 40 - 3 + $0 },
  ]

  @Test func chosenPointsAreFound() {
    #expect(Self.corners.flatMap { Self.disagreements($0) } == [])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 200])
  func randomPointsAreFound(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    var failures: [String] = []
    for round in 0..<20 {
      // Every other round draws from few values, so that many points are equal.
      failures += Self.disagreements(
        (0..<count).map { _ in
          round.isMultiple(of: 2) ? generator.next() : UInt64(generator.below(5)) << 61
        })
    }
    #expect(failures == [])
  }

  /// Enough points for several of the pieces in which they are sorted, some of them equal.
  @Test(arguments: [16_383, 16_384, 17_000, 33_000, 70_001])
  func manyPointsAreSorted(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    var values = (0..<count).map { _ in generator.next() }
    for _ in 0..<count / 50 { values[generator.below(count)] = values[generator.below(count)] }
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    let ring = RingPoints(values: values, owners: values.indices.map { UInt32($0) }, bound: count)
    #expect(ring.values == order.map { values[$0] })
    #expect((0..<count).filter { ring.owner($0) != order[$0] } == [])
    #expect(ring.owner(count) == order[0])
    #expect(Self.misplacedStarts(ring) == [])
    #expect(Self.wrongEntries(ring) == [])

    let distinct = order.indices.filter { $0 == 0 || values[order[$0]] != values[order[$0 - 1]] }
    let thinned = RingPoints(
      values: values, owners: values.indices.map { UInt32($0) }, bound: count,
      keepingFirstOfEqual: true)
    #expect(distinct.count < count)
    #expect(thinned.values == distinct.map { values[order[$0]] })
    #expect(distinct.indices.filter { thinned.owner($0) != order[distinct[$0]] } == [])
    #expect(Self.misplacedStarts(thinned) == [])
    #expect(Self.wrongEntries(thinned) == [])
  }

  /// The entries that do not have the notch of their point; those behind the last have that of the end.
  private static func wrongEntries(_ ring: RingPoints) -> [Int] {
    ring.entries.indices.filter {
      let notch =
        $0 < ring.count ? RingPoints.part(ring.value($0), of: ring.notchCount) : ring.notchCount
      return ring.entries[$0] >> 16 != UInt32(notch & 0xFFFF)
    }
  }

  /// The buckets that do not begin where the first point of them or of a later one is.
  private static func misplacedStarts(_ ring: RingPoints) -> [Int] {
    var below = [Int](repeating: 0, count: ring.bucketCount + 1)
    for position in 0..<ring.count {
      below[ring.bucket(ring.value(position)) + 1] += 1
    }
    for bucket in 1...ring.bucketCount { below[bucket] += below[bucket - 1] }
    return ring.index.indices.filter { Int(ring.index[$0]) != below[$0] }
  }

  /// About four points to a bucket, and mostly as many buckets for one node more.
  @Test func bucketsAreAboutAFourthOfThePoints() {
    let counts = Array(4...5000) + [160_000, 160_160, 16_000_000, 1 << 28, 1 << 32]
    #expect(
      counts.filter {
        let buckets = RingPoints.bucketCount(points: $0)
        return buckets > $0 / 4 || buckets * 33 < $0 / 4 * 32
      } == [])
    #expect((1...3).allSatisfy { RingPoints.bucketCount(points: $0) == 1 })
    #expect((4...256).allSatisfy { RingPoints.bucketCount(points: $0) == $0 / 4 })
    #expect(RingPoints.bucketCount(points: 160_000) == RingPoints.bucketCount(points: 160_160))
  }

  /// Two nodes whose points coincide: the smaller id owns the arc, wherever it stands in the list.
  @Test func equalPointsBelongToTheSmallerID() throws {
    let ring = RingPoints(values: [10, 10, 20], owners: [4, 2, 3], bound: 5)
    #expect(ring.owner(ring.first(atOrAfter: 10)) == 4)
    #expect(ring.owner(ring.first(atOrAfter: 11)) == 3)
    #expect(ring.owner(ring.first(atOrAfter: 21)) == 4)
  }

  /// Positions of nodes are kept in one, two or four bytes; the last node is found in all of them.
  @Test(arguments: [255, 256, 257, 65_535, 65_536, 65_537])
  func allNumbersOfNodesAreTold(_ count: Int) throws {
    let table = NodeTable((0..<UInt32(count)).map { $0 }, bound: count)
    #expect((0..<count).allSatisfy { table[$0] == $0 })
    #expect(table.count == count)
    let width = count <= 256 ? 1 : count <= 65_536 ? 2 : 4
    #expect(table.bytes.count == count * width + 3, "with three bytes of padding")
    let ring = try KetamaRing(
      nodes: (0..<count).map { Node(address: "n\($0)") }, virtualNodes: 1)
    let last = "n\(count - 1)"
    #expect(ring.index(forHash: XXH3.hash(littleEndian: 0, seed: XXH3.hash(last))) == count - 1)
  }
}
