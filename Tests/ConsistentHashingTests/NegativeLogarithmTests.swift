import ConsistentHashing
import Testing

@Suite struct NegativeLogarithmTests {
  /// Against logarithms of 200 bits: random arguments of all magnitudes, neighbours of 1, 1/2, 1/4,
  /// √½, √⅛ and 1/e, powers of two down to 2⁻²⁵⁶, and the smallest units.
  @Test func errorIsAtMost53HundredthsOfTheLastPlace() throws {
    let rows = try Fixture.rows("logarithm.tsv")
    var worst = 0.0
    var failures: [String] = []
    for row in rows {
      let x = Double(bitPattern: try hexadecimal(row[0]))
      let nearest = Double(bitPattern: try hexadecimal(row[1]))
      let excess = try #require(Double(row[2])) * 1e-9
      let error = (NegativeLogarithm.value(x) - nearest) / nearest.ulp - excess
      worst = max(worst, error.magnitude)
      if !(error.magnitude <= 0.53) { failures.append("\(x): \(error)") }
    }
    #expect(failures == [])
    #expect(rows.count == 4084)
    #expect(worst > 0.49, "an error this small means that the fixture is not what it says")
  }

  /// Computed by the same steps in Python, whose doubles never fuse operations; the last five are
  /// arguments where the steps do not give the nearest double.
  @Test(
    arguments: [
      (0x3FF0000000000000, 0x0000000000000000),
      (0x3FEFFFFFFFFFFFFF, 0x3CA0000000000000),
      (0x3FE8000000000000, 0x3FD269621134DB92),
      (0x3FE6A09E667F3BCD, 0x3FD62E42FEFA39EE),
      (0x3FE6A09E667F3BCC, 0x3FD62E42FEFA39F1),
      (0x3FE6A09E667F3BCE, 0x3FD62E42FEFA39EB),
      (0x3FE0000000000000, 0x3FE62E42FEFA39EF),
      (0x3FDFFFFFFFFFFFFF, 0x3FE62E42FEFA39F0),
      (0x3FD78B56362CEF38, 0x3FF0000000000000),
      (0x3FD0000000000000, 0x3FF62E42FEFA39EF),
      (0x3FB999999999999A, 0x40026BB1BBB55515),
      (0x3FD5555555555555, 0x3FF193EA7AAD030B),
      (0x3F50624DD2F1A9FC, 0x401BA18A998FFFA0),
      (0x3CB0000000000000, 0x404205966F2B4F12),
      (0x3CA0000000000000, 0x40425E4F7B2737FA),
      (0x3C90000000000000, 0x4042B708872320E2),
      (0x2FF0000000000000, 0x40662E42FEFA39EF),
      (0x3FD78B758ABDED5C, 0x3FEFFFD56B07DF52),
      (0x3FD78C09FB270E8C, 0x3FEFFF0BAEA68D42),
      (0x3FD8EF1980651D9F, 0x3FEE2A335853FF48),
      (0x3FE423A8B345F2F2, 0x3FDDA2D384354CD1),
      (0x3FE6774BA1D2D3CA, 0x3FD6A38F81E5650A),
    ] as [(UInt64, UInt64)])
  func bitsAreThese(_ argument: UInt64, _ result: UInt64) {
    #expect(NegativeLogarithm.value(Double(bitPattern: argument)).bitPattern == result)
  }

  @Test func unitsEndAtTheEndsOfTheInterval() {
    #expect(NegativeLogarithm.unit(0) == 0x1p-54)
    #expect(NegativeLogarithm.unit(2047) == 0x1p-54)
    #expect(NegativeLogarithm.unit(2048) == 0x1.8p-53)
    #expect(NegativeLogarithm.unit(.max) == 1)
    #expect(NegativeLogarithm.unit(1 << 63) == 0.5, "½ + 2⁻⁵⁴ is a tie, which goes to even")
  }

  /// Larger scores never cost more: 200 000 neighbouring units on each side of the places where the
  /// exact logarithm changes least for its last place, or where the computation changes its steps.
  @Test(arguments: [0.367_879_441_171_442_33, 0.5, 0.707_106_781_186_547_6, 0.25, 1])
  func isMonotone(_ place: Double) {
    let centre = UInt64(place * 0x1p53)
    let first = centre - 200_000
    let last = min(centre + 200_000, (1 << 53) - 1)
    var previous = Double.infinity
    var failures: [UInt64] = []
    for step in first...last {
      let value = NegativeLogarithm.value(NegativeLogarithm.unit(step << 11))
      if value > previous { failures.append(step) }
      previous = value
    }
    #expect(failures == [])
  }

  /// The same for the smallest units, whose neighbours are far apart.
  @Test func isMonotoneFromTheSmallestUnitOn() {
    let values = (0..<200_000 as Range<UInt64>)
      .map { NegativeLogarithm.value(NegativeLogarithm.unit($0 << 11)) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
  }
}
