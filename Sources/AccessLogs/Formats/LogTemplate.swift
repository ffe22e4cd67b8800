internal import NginxConfiguration

/// A line of a log as text and values in turn, as nginx's `log_format` writes it.
package struct LogTemplate: Hashable, Sendable {
  /// A value, and the text that ends it.
  struct Column: Hashable, Sendable {
    let name: String
    /// The text after the value; empty at the end of the line.
    let end: [UInt8]
    /// Whether the value is a list, whose commas and colons have blanks around them.
    let isList: Bool
  }

  /// The text before the first value.
  private(set) var start: [UInt8]
  private(set) var columns: [Column]
  /// Whether a line may go on after the last value.
  let isOpen: Bool
  /// Whether a quote behind a backslash belongs to a value; HAProxy writes neither in another way.
  var hasBackslashes = true
  /// What other programs write before the lines.
  var prefix = LinePrefix.none

  /// The names of the values, in order; a name may appear twice.
  package var names: [String] { columns.map(\.name) }

  /// Why a text is no format.
  package struct Malformed: Error {
    package let problem: String

    package init(problem: String) { self.problem = problem }
  }

  /// Reads a `log_format` string of nginx: text, `$name` and `${name}`.
  ///
  /// - Parameter isOpen: Whether lines may have more than the format says.
  package init(_ format: String, isOpen: Bool = false) throws(Malformed) {
    let pieces: [NginxKey.Piece]
    do throws(NginxKey.Malformed) {
      pieces = try NginxKey(Array(format.utf8)).pieces
    } catch {
      throw Malformed(problem: "the format cannot be read: \(error.message)")
    }
    try self.init(
      pieces.map { (piece) throws(Malformed) in
        switch piece {
        case .text(let text): .text(Array(text.utf8))
        case .variable(let name): .value(name.lowercased())
        case .capture(let number):
          throw Malformed(problem: "$\(number) is no variable of a request")
        }
      }, isOpen: isOpen)
  }

  /// Text, or the name of a value.
  enum Piece: Hashable {
    case text([UInt8])
    case value(String)
  }

  /// Makes a template of its pieces.
  init(_ pieces: [Piece], isOpen: Bool) throws(Malformed) {
    var start: [UInt8] = []
    var columns: [(name: String, end: [UInt8])] = []
    for piece in pieces {
      switch piece {
      case .text(let text) where columns.isEmpty: start += text
      case .text(let text): columns[columns.count - 1].end += text
      case .value(let name):
        if let last = columns.last, last.end.isEmpty {
          throw Malformed(problem: "nothing separates \(last.name) from \(name)")
        }
        columns.append((name, []))
      }
    }
    guard !columns.isEmpty else { throw Malformed(problem: "the format has no variable") }
    self.start = start
    self.columns = columns.map { Column(name: $0.name, end: $0.end, isList: Self.isList($0.name)) }
    self.isOpen = isOpen
  }

  /// A copy that shares no memory with this.
  func separate() -> LogTemplate {
    var copy = self
    copy.start = start.span.array
    copy.columns = columns.map {
      Column(name: $0.name, end: $0.end.span.array, isList: $0.isList)
    }
    return copy
  }

  private static func isList(_ name: String) -> Bool {
    name.hasPrefix("upstream_") || name == "http_x_forwarded_for"
      || name == "proxy_add_x_forwarded_for"
  }

  /// Finds the first values of a line.
  ///
  /// - Parameters:
  ///   - line: The line, without its end.
  ///   - count: How many values are needed; the line is not looked at any further.
  ///   - ranges: Replaced by where they are.
  /// - Returns: Whether the line has this form as far as it was looked at.
  package func parse(_ line: Span<UInt8>, first count: Int, into ranges: inout [Range<Int>]) -> Bool
  {
    ranges.removeAll(keepingCapacity: true)
    guard line.hasBytes(start, at: 0) else { return false }
    var position = start.count
    for (number, column) in columns.enumerated() {
      if number == count { return true }
      let from = position
      if column.end.isEmpty {
        position = line.count
        ranges.append(from..<position)
      } else {
        guard let end = end(of: column, in: line, from: from) else { return false }
        ranges.append(from..<end)
        position = end + column.end.count
      }
    }
    return isOpen || position == line.count
  }

  private func end(of column: Column, in line: Span<UInt8>, from start: Int) -> Int? {
    var position = start
    while let found = line.firstIndex(of: column.end, from: position) {
      if hasBackslashes, column.end[0] == UInt8(ascii: "\""), isEscaped(line, found, from: start) {
        position = found + 1
      } else if column.isList, let next = goesOn(line, found, from: start) {
        position = next
      } else {
        return found
      }
    }
    return nil
  }

  /// Whether an odd number of backslashes is before a position.
  private func isEscaped(_ line: Span<UInt8>, _ position: Int, from start: Int) -> Bool {
    var first = position
    while first > start, line[first - 1] == UInt8(ascii: "\\") { first -= 1 }
    return (position - first) % 2 == 1
  }

  /// Where to look on if a blank is part of a list, such as `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`.
  private func goesOn(_ line: Span<UInt8>, _ found: Int, from start: Int) -> Int? {
    guard line[found] == UInt8(ascii: " "), found > start else { return nil }
    if line[found - 1] == UInt8(ascii: ",") { return found + 1 }
    return line.hasBytes([0x20, UInt8(ascii: ":"), 0x20], at: found) ? found + 3 : nil
  }
}
