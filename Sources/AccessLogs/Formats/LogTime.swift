/// The time of a line in a log, in seconds since 1970.
package enum LogTime {
  /// The values of a line that may have its time, the best first.
  package static let names = [
    "msec", "time_iso8601", "time_local", "timestamp", "time", "@timestamp", "ts",
  ]

  /// Reads a time; nil if the text is none.
  ///
  /// Taken are seconds with or without a fraction, as nginx's `$msec` and Caddy's `ts` have them;
  /// milliseconds of 13 digits; `01/Dec/2026:13:21:02 +0000`; and `2026-12-01T13:21:02.5+01:00`, with `Z`, or
  /// without a zone, which then is UTC.
  package static func seconds(of text: String) -> Double? {
    let bytes = Array(text.utf8.filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") })
    return number(bytes) ?? local(bytes) ?? iso8601(bytes)
  }

  private static func number(_ bytes: [UInt8]) -> Double? {
    guard let first = bytes.first, isDigit(first),
      bytes.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") }),
      let value = Double(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    if bytes.count == 13, !bytes.contains(UInt8(ascii: ".")) { return value / 1000 }
    // From 2001 to 2286.
    return (1e9..<1e10).contains(value) ? value : nil
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `01/Dec/2026:13:21:02 +0000`, and HAProxy's `01/Dec/2026:13:21:02.123`.
  private static func local(_ bytes: [UInt8]) -> Double? {
    guard bytes.count >= 20, bytes[2] == UInt8(ascii: "/"), bytes[6] == UInt8(ascii: "/"),
      bytes[11] == UInt8(ascii: ":"),
      let month = months.firstIndex(of: String(decoding: bytes[3..<6], as: UTF8.self)),
      let day = integer(bytes[0..<2]), let year = integer(bytes[7..<11]),
      let clock = clock(bytes[12..<20]), let days = days(year, month + 1, day),
      let rest = zoned(bytes[20...])
    else { return nil }
    return Double(days * 86_400 + clock) + rest
  }

  private static func iso8601(_ bytes: [UInt8]) -> Double? {
    guard bytes.count >= 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
      let year = integer(bytes[0..<4]), let month = integer(bytes[5..<7]),
      let day = integer(bytes[8..<10]), let clock = clock(bytes[11..<19]),
      let days = days(year, month, day), let rest = zoned(bytes[19...])
    else { return nil }
    return Double(days * 86_400 + clock) + rest
  }

  /// A fraction and a zone: what is added to the seconds.
  private static func zoned(_ bytes: ArraySlice<UInt8>) -> Double? {
    var rest = bytes
    var fraction = 0.0
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix(while: isDigit)
      guard !digits.isEmpty, digits.count <= 9,
        let value = Double("0." + String(decoding: digits, as: UTF8.self))
      else { return nil }
      fraction = value
      rest = rest.dropFirst(1 + digits.count)
    }
    rest = rest.drop { $0 == UInt8(ascii: " ") }
    if rest.isEmpty || rest.elementsEqual([UInt8(ascii: "Z")]) { return fraction }
    let digits = rest.dropFirst().filter { $0 != UInt8(ascii: ":") }
    guard digits.count == 4, let hours = integer(digits[..<2]), let minutes = integer(digits[2...]),
      hours <= 15, minutes <= 59
    else { return nil }
    let offset = Double(hours * 3600 + minutes * 60)
    switch rest.first {
    case UInt8(ascii: "+"): return fraction - offset
    case UInt8(ascii: "-"): return fraction + offset
    default: return nil
    }
  }

  /// The seconds of `13:21:02`.
  private static func clock(_ bytes: ArraySlice<UInt8>) -> Int? {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }), let hours = integer(parts[0]),
      let minutes = integer(parts[1]), let seconds = integer(parts[2]), hours <= 23, minutes <= 59,
      seconds <= 60
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }

  /// The days since 1970 of a day of the Gregorian calendar; nil if there is no such day.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    guard (1970...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
    func isLeap(_ year: Int) -> Bool {
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }
    let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[month - 1] else { return nil }
    let leaps = (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 477
    return (year - 1970) * 365 + leaps + lengths[..<(month - 1)].reduce(0, +) + day - 1
  }

  private static func integer(_ bytes: some Collection<UInt8>) -> Int? {
    guard !bytes.isEmpty, bytes.count <= 9, bytes.allSatisfy(isDigit) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1 & 0xF) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
