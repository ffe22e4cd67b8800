/// A whole number with commas between groups of three digits.
func grouped(_ number: Int) -> String {
  var text = ""
  for (position, digit) in String(number.magnitude).reversed().enumerated() {
    if position > 0, position.isMultiple(of: 3) { text.append(",") }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + String(text.reversed())
}

/// A weight as people write it: `2` or `0.5`.
func plain(_ weight: Double) -> String {
  Int(exactly: weight).map(String.init) ?? "\(weight)"
}

/// A number with a fixed number of decimals, rounded half away from zero.
func fixed(_ number: Double, _ decimals: Int) -> String {
  var scale = 1
  for _ in 0..<decimals { scale *= 10 }
  guard let scaled = Int(exactly: (abs(number) * Double(scale)).rounded()) else {
    return "\(number)"
  }
  let whole = scaled / scale
  let digits = String(scaled % scale)
  let padded = String(repeating: "0", count: max(0, decimals - digits.count)) + digits
  let sign = number < 0 && scaled > 0 ? "-" : ""
  return decimals == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(padded)"
}

/// A number of things: `1 key`, `2,000 keys`.
func counted(_ number: Int, _ singular: String, _ plural: String) -> String {
  "\(grouped(number)) \(number == 1 ? singular : plural)"
}

/// A share as a percentage with two decimals; `< 0.01 %` for a small one that is not 0.
func percent(_ share: Double) -> String {
  share > 0 && share < 0.000_05 ? "< 0.01 %" : fixed(share * 100, 2) + " %"
}

/// A part of a whole as a percentage; 0 % if the whole is 0.
func percent(_ part: Int, of whole: Int) -> String {
  percent(whole > 0 ? Double(part) / Double(whole) : 0)
}
