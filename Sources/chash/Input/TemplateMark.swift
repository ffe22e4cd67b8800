/// Signs of a template, which another program fills in.
enum TemplateMark {
  /// The openings of expressions: Jinja, Go and Handlebars; Smarty; ERB; Terraform.
  ///
  /// Not `${`, which nginx and HAProxy use themselves.
  private static let marks = ["{{", "{%", "{*", "<%", "%{"]

  /// The remedy for a mistake in a line of a file, if a template in the line explains the mistake.
  ///
  /// - Parameters:
  ///   - text: The line.
  ///   - number: Its number, from 1.
  static func remedy(in text: ArraySlice<UInt8>, number: Int) -> String? {
    mark(in: text).map {
      "line \(number) has '\($0)': fill in the template first, and name the result"
    }
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
