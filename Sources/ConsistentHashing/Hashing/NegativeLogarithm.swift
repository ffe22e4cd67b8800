/// The negative natural logarithm that weighted rendezvous hashing compares by: the same bits on
/// every platform.
///
/// `log` of the C library may differ in the last bit between systems, and one bit can send a key to
/// another node. This one uses IEEE 754 binary64 additions, subtractions, multiplications and
/// divisions only, each rounded once (Swift never fuses a multiplication with an addition), in the
/// fixed order written in `docs/hashing.md`.
///
/// The result is within 0.53 units in the last place of the exact logarithm. Between two
/// neighbouring arguments the exact logarithm changes by at least 1.35 units in the last place, more
/// than the two errors together, so that a larger ``unit(_:)`` never has a larger result.
public enum NegativeLogarithm {
  /// Maps a score to the unit interval: `((score >> 11) + 0.5) · 2⁻⁵³`, one addition rounded to
  /// nearest, ties to even.
  ///
  /// The result is at least 2⁻⁵⁴ and at most 1.
  public static func unit(_ score: UInt64) -> Double {
    (Double(score >> 11) + 0.5) * 0x1p-53
  }

  /// −ln(x) for 2⁻²⁵⁶ ≤ x ≤ 1; every ``unit(_:)`` is well within.
  ///
  /// Below, down to the smallest normal number, the error may reach about one unit in the last place.
  ///
  /// - Complexity: O(1); about 60 floating-point operations, two of them divisions.
  public static func value(_ x: Double) -> Double {
    // x = m · 2^e with m in [√½, √2); 0x3FE6A09E667F3BCD is the first double above √½.
    let bits = x.bitPattern
    let offset = bits &- 0x3FE6_A09E_667F_3BCD
    let e = Double(Int64(bitPattern: offset) >> 52)
    let m = Double(bitPattern: bits &- (offset & 0xFFF0_0000_0000_0000))

    // ln m = 2·atanh(s), s = f/d, f = m − 1 (exact), d = 2 + f = d + dLow (exact).
    let f = m - 1
    let d = 2 + f
    let dLow = f - (d - 2)
    let s = f / d
    let sLow = (remainder(f, s, d) - s * dLow) / d

    // 2·atanh(s) = 2s + 2s·z·P(z), z = s², P(z) = 1/3 + z/5 + … + z¹¹/25.
    let z = s * s
    var p = 1.0 / 25
    p = p * z + 1.0 / 23
    p = p * z + 1.0 / 21
    p = p * z + 1.0 / 19
    p = p * z + 1.0 / 17
    p = p * z + 1.0 / 15
    p = p * z + 1.0 / 13
    p = p * z + 1.0 / 11
    p = p * z + 1.0 / 9
    p = p * z + 1.0 / 7
    p = p * z + 1.0 / 5
    p = p * z + 1.0 / 3
    let tail = s * (z * p)

    // −ln x = −e·ln 2 − 2s − 2(sLow + tail), with ln 2 in two parts, the first of 45 bits, so that its
    // product with e is exact for |e| ≤ 256. |a| ≥ |b| unless a is 0, so the sum of the two is exact as well.
    let a = -e * 0x1.62e42fefa39p-1
    let b = -2 * s
    let sum = a + b
    let sumLow = a == 0 ? 0 : b - (sum - a)
    return sum + ((sumLow - e * 0x1.de6af278ece6p-46) - 2 * (sLow + tail))
  }

  /// f − s·d, exactly, for s = f/d rounded: Dekker's product of two halves each.
  private static func remainder(_ f: Double, _ s: Double, _ d: Double) -> Double {
    let (sHigh, sRest) = split(s)
    let (dHigh, dRest) = split(d)
    let product = s * d
    let low =
      ((sHigh * dHigh - product) + sHigh * dRest + sRest * dHigh) + sRest * dRest
    return (f - product) - low
  }

  /// Veltkamp's split of a double into two parts of at most 26 bits.
  private static func split(_ x: Double) -> (high: Double, rest: Double) {
    let c = 134_217_729 * x
    let high = c - (c - x)
    return (high, x - high)
  }
}
