/// Numbers, times and sizes as nginx reads them.
///
/// Follows `ngx_atoi` in `src/core/ngx_string.c` and `ngx_parse_time` and `ngx_parse_size` in
/// `src/core/ngx_parse.c`, on a machine of 64 bits.
enum NginxNumber {
  /// A number of digits only.
  ///
  /// Nil for any other text, and for numbers that do not fit 63 bits.
  static func integer(_ text: some Collection<UInt8>) -> Int? {
    guard !text.isEmpty else { return nil }
    var value = 0
    for byte in text {
      guard let digit = digit(byte), append(digit, to: &value) else { return nil }
    }
    return value
  }

  /// Bytes: digits, possibly with `k` or `m` in either case.
  static func size(_ text: some BidirectionalCollection<UInt8>) -> Int? {
    let scale =
      switch text.last {
      case UInt8(ascii: "k"), UInt8(ascii: "K"): 1 << 10
      case UInt8(ascii: "m"), UInt8(ascii: "M"): 1 << 20
      default: 1
      }
    guard let value = scale == 1 ? integer(text) : integer(text.dropLast()) else { return nil }
    return product(value, scale)
  }

  /// The finest unit that a time is counted in.
  enum Unit {
    /// Seconds: `ms` is rejected.
    case seconds
    /// Milliseconds: `y` and `M` are rejected.
    case milliseconds
  }

  /// A time: numbers with units `y M w d h m s ms`, from coarse to fine, each once; a number
  /// without a unit counts seconds, and `100ms` is not a time in seconds.
  static func time(_ text: some Collection<UInt8>, in unit: Unit) -> Int? {
    var text = text[...]
    var total = 0
    var value = 0
    var hasDigits = false
    // The rank of the last unit: 1 year, 2 month, 3 week, 4 day, 5 hour, 6 minute, 7 second,
    // 8 millisecond, 9 none.
    var rank = unit == .seconds ? 0 : 2
    while let byte = text.popFirst() {
      if let digit = digit(byte) {
        guard append(digit, to: &value) else { return nil }
        hasDigits = true
        continue
      }
      let isMilliseconds = byte == UInt8(ascii: "m") && text.first == UInt8(ascii: "s")
      if isMilliseconds { text.removeFirst() }
      guard let (next, seconds) = isMilliseconds ? (8, 0) : self.unit(byte),
        // A space ends the seconds, so it may come where they may.
        rank < (next == 9 ? 7 : next), !isMilliseconds || unit == .milliseconds
      else { return nil }
      rank = next
      let scale = isMilliseconds ? 1 : unit == .seconds ? seconds : seconds * 1000
      guard let scaled = product(value, scale), let sum = sum(total, scaled) else { return nil }
      total = sum
      value = 0
      while text.first == UInt8(ascii: " ") { text.removeFirst() }
    }
    guard hasDigits, let rest = product(value, unit == .seconds ? 1 : 1000) else { return nil }
    return sum(total, rest)
  }

  /// Rank and length of a unit.
  private static func unit(_ byte: UInt8) -> (Int, Int)? {
    switch byte {
    case UInt8(ascii: "y"): (1, 365 * 86400)
    case UInt8(ascii: "M"): (2, 30 * 86400)
    case UInt8(ascii: "w"): (3, 7 * 86400)
    case UInt8(ascii: "d"): (4, 86400)
    case UInt8(ascii: "h"): (5, 3600)
    case UInt8(ascii: "m"): (6, 60)
    case UInt8(ascii: "s"): (7, 1)
    case UInt8(ascii: " "): (9, 1)
    default: nil
    }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte & 0xF) : nil
  }

  private static func append(_ digit: Int, to value: inout Int) -> Bool {
    guard let tens = product(value, 10), let sum = sum(tens, digit) else { return false }
    value = sum
    return true
  }

  private static func product(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : value
  }

  private static func sum(_ a: Int, _ b: Int) -> Int? {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : value
  }
}
