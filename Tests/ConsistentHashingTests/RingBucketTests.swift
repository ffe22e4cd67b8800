import ConsistentHashingTesting
import Testing

@testable import ConsistentHashing

/// Where what a bucket keeps of its points does not decide.
extension RingPointsTests {
  /// Points of one notch, whose order the values decide: for runs of every length around the eight
  /// that are compared at once, at the start and the end of a bucket, with points before and behind.
  @Test func pointsOfOneNotchAreToldApart() {
    var failures: [String] = []
    let notches = RingPoints.notchCount(buckets: 16)
    let spread = (0..<32 as Range<UInt64>).map { $0 << 59 | 1 << 58 }
    for length in 1...20 {
      for notch in [0, 1, 4095, 4096, 20_480, 24_575, notches - 1] {
        let first = Self.start(ofNotch: notch, of: notches)
        let last = Self.start(ofNotch: notch + 1, of: notches) &- 1
        for step in [0, 1, (last - first) / 20] {
          let run = (0..<UInt64(length)).map { first + $0 * step }
          let filling = (0..<UInt64(32 - length)).map { $0 << 59 | 1 << 57 }
          failures += Self.disagreements(spread + run + [last] + filling, isEven: true)
        }
      }
    }
    #expect(failures == [])
  }

  /// The first hash of a notch.
  static func start(ofNotch notch: UInt64, of count: UInt64) -> UInt64 {
    if notch >= count { return 0 }
    let (quotient, remainder) = count.dividingFullWidth((notch, 0))
    return remainder == 0 ? quotient : quotient + 1
  }

  /// Empty buckets in a row, at the start, in the middle and at the end: up to six of them entries
  /// alone tell what is ahead.
  @Test func emptyBucketsArePassed() {
    var failures: [String] = []
    for buckets in [16, 40] {
      let notches = RingPoints.notchCount(buckets: buckets)
      for length in 0...12 {
        for empty in [0, 3, buckets / 2 - 1, buckets - length - 1, buckets - length] {
          let full = (0..<buckets).filter { !(empty..<empty + length).contains($0) }
          // First and last notch of all buckets with points, first and last value of them.
          let values = (0..<4 * buckets).map { number in
            let end = UInt64(full[number % full.count] + number / full.count % 2) << 12
            let isLast = number / full.count % 2 == 1
            return Self.start(ofNotch: end, of: notches) &- (isLast ? 1 : 0)
          }
          failures += Self.disagreements(values, isEven: length < 7)
        }
      }
    }
    #expect(failures == [])
  }

  /// Points that are nowhere near even: all in one bucket, in two far apart, in clusters.
  @Test func unevenPointsAreFound() {
    var generator = SeededGenerator(seed: 7)
    var failures: [String] = []
    for shift in [0, 20, 47, 50, 57] as [UInt64] {
      for count in [100, 300, 1000] {
        let low = (0..<count).map { _ in generator.next() >> (63 - shift) }
        failures += Self.disagreements(low, isEven: false)
        failures += Self.disagreements(low.map { .max - $0 }, isEven: false)
        failures += Self.disagreements(
          low.enumerated().map { $1 &+ UInt64($0 % 3) << 62 }, isEven: false)
      }
    }
    #expect(failures == [])
  }
}
