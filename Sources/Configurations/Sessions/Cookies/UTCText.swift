/// A time in seconds since 1970 as `2026-12-01 13:04:32 UTC`.
package func utcText(_ seconds: Int) -> String {
  let (days, rest) = (seconds / 86400, seconds % 86400)
  // Years that begin in March, in eras of 400 (Howard Hinnant, "chrono-compatible low-level date algorithms").
  let shifted = days + 719_468
  let (era, day) = (shifted / 146_097, shifted % 146_097)
  let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365
  let ofYear = day - (365 * year + year / 4 - year / 100)
  let month = (5 * ofYear + 2) / 153
  let calendarMonth = month < 10 ? month + 3 : month - 9
  let calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0)
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(calendarYear)-\(two(calendarMonth))-\(two(ofYear - (153 * month + 2) / 5 + 1)) "
    + "\(two(rest / 3600)):\(two(rest % 3600 / 60)):\(two(rest % 60)) UTC"
}
