/// A text on one line that a terminal shows as it is written.
///
/// Control characters, line and paragraph separators, and marks that turn the direction of writing become
/// `\u{…}`. Text from files, arguments and keys would otherwise give orders to the terminal, or look
/// like something else.
func printable(_ text: String) -> String {
  guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }),
    text.unicodeScalars.contains(where: isHidden)
  else { return text }
  return text.unicodeScalars.map { scalar in
    isHidden(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }.joined()
}

/// Whether a terminal would act on a scalar instead of showing it.
private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x2028...0x2029: true
  // Direction of writing.
  case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
  // Marks and tags that nothing shows.
  case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
  default: false
  }
}

/// A path as messages show it: on one line, and in quotes if it is empty.
func shown(_ path: String) -> String {
  path.isEmpty ? "''" : printable(path)
}
