/// Numbers as C reads them, which HAProxy leaves most of its checks to.
enum HAProxyNumber {
  /// What `atoi` and `atol` (assigned to an `int`) make of a word.
  ///
  /// White space, a sign and digits. Other text after them is ignored; without digits the number is 0.
  /// Numbers beyond 64 bits are cut to those, and then to the low 32.
  static func integer(_ bytes: some Sequence<UInt8>) -> Int {
    var value: Int64 = 0
    var isNegative = false
    var isStarted = false
    for byte in bytes {
      switch byte {
      case let byte where !isStarted && HAProxyLexer.isSpace(byte): continue
      case UInt8(ascii: "+") where !isStarted: break
      case UInt8(ascii: "-") where !isStarted: isNegative = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int64(byte - UInt8(ascii: "0"))
        let (tenfold, isOver) = value.multipliedReportingOverflow(by: 10)
        let (sum, isBeyond) = tenfold.subtractingReportingOverflow(digit)
        // Kept below zero, where there is room for one more.
        value = isOver || isBeyond ? .min : sum
      default: return low(value, isNegative)
      }
      isStarted = true
    }
    return low(value, isNegative)
  }

  private static func low(_ value: Int64, _ isNegative: Bool) -> Int {
    let signed = isNegative ? value : value == .min ? .max : -value
    return Int(Int32(truncatingIfNeeded: signed))
  }
}
