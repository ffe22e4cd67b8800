/// A text on one line: control characters as `\u{…}`.
func printable(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
  return text.unicodeScalars.map { scalar in
    scalar.value < 0x20 || scalar.value == 0x7F
      ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }.joined()
}

/// A path as messages show it: on one line, and in quotes if it is empty.
func shown(_ path: String) -> String {
  path.isEmpty ? "''" : printable(path)
}
