/// Signs of a template, which another program fills in.
enum TemplateMark {
  /// The openings of expressions: Jinja, Go and Handlebars; Smarty; ERB; Terraform.
  ///
  /// Not `${`, which nginx and HAProxy use themselves.
  private static let marks = ["{{", "{%", "{*", "<%", "%{"]

  /// The remedy for a mistake in a line of a file, if a template explains the mistake.
  ///
  /// - Parameters:
  ///   - bytes: The text of the file.
  ///   - line: The line of the mistake, from 1.
  ///   - before: Whether a mark on any line above explains it as well, as for mistakes of structure.
  static func remedy(in bytes: [UInt8], line: Int, before: Bool) -> String? {
    var number = 0
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard number <= line else { return nil }
      guard before || number == line, let mark = mark(in: text) else { continue }
      return "line \(number) has '\(mark)': fill in the template first, and name the result"
    }
    return nil
  }

  /// The first mark in a line, outside of a comment.
  private static func mark(in line: ArraySlice<UInt8>) -> String? {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    guard line.first(where: { !isBlank($0) }) != UInt8(ascii: "#") else { return nil }
    for position in line.indices.dropLast() {
      for mark in marks where line[position...].starts(with: mark.utf8) {
        return mark
      }
    }
    return nil
  }
}
