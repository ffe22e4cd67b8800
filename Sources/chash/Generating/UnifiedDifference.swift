/// The difference of two texts as `diff -u` writes it.
struct UnifiedDifference {
  /// Lines of context around a change.
  private static let context = 3

  private enum Line {
    case same(String)
    case removed(String)
    case added(String)

    var written: String {
      switch self {
      case .same(let text): " \(text)"
      case .removed(let text): "-\(text)"
      case .added(let text): "+\(text)"
      }
    }
  }

  /// The difference; empty if the texts are equal.
  let text: String

  /// Compares texts.
  ///
  /// - Parameters:
  ///   - old: What is there.
  ///   - new: What would be there.
  ///   - name: The name of the file.
  init(from old: [UInt8], to new: [UInt8], name: String) {
    guard old != new else {
      text = ""
      return
    }
    let lines = Self.lines(Self.split(old), Self.split(new))
    var written = "--- \(name)\n+++ \(name) (generated)\n"
    for range in Self.hunks(lines) { written += Self.hunk(lines, range) }
    text = written
  }

  /// The lines of a text; one without a line break at its end gets a remark.
  private static func split(_ bytes: [UInt8]) -> [String] {
    guard !bytes.isEmpty else { return [] }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    if lines.last?.isEmpty == true {
      lines.removeLast()
    } else {
      lines[lines.count - 1] += "\n\\ No newline at end of file"
    }
    return lines
  }

  private static func lines(_ old: [String], _ new: [String]) -> [Line] {
    // Most texts differ in few lines, and the algorithm is quick for these.
    var first = 0
    while first < min(old.count, new.count), old[first] == new[first] { first += 1 }
    var last = 0
    while last < min(old.count, new.count) - first,
      old[old.count - 1 - last] == new[new.count - 1 - last]
    {
      last += 1
    }
    let oldMiddle = old[first..<(old.count - last)]
    let newMiddle = new[first..<(new.count - last)]
    let changes = changed(Array(oldMiddle), Array(newMiddle))
    return old[..<first].map { .same($0) } + changes + old[(old.count - last)...].map { .same($0) }
  }

  /// As many changes as are searched for the fewest; with more, all lines are replaced.
  private static let mostLines = 20_000

  private static func changed(_ old: [String], _ new: [String]) -> [Line] {
    guard old.count + new.count <= mostLines else {
      return old.map { .removed($0) } + new.map { .added($0) }
    }
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var lines: [Line] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        lines.append(.removed(old[i]))
        i += 1
      } else if j < new.count, added.contains(j) {
        lines.append(.added(new[j]))
        j += 1
      } else if i < old.count {
        lines.append(.same(old[i]))
        i += 1
        j += 1
      } else {
        break
      }
    }
    return lines
  }

  /// The ranges of lines that have changes, with their context.
  private static func hunks(_ lines: [Line]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, line) in lines.enumerated() {
      if case .same = line { continue }
      let range = max(0, index - context)..<min(lines.count, index + context + 1)
      if let before = ranges.last, before.upperBound >= range.lowerBound {
        ranges[ranges.count - 1] = before.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }

  private static func hunk(_ lines: [Line], _ range: Range<Int>) -> String {
    func counts(_ lines: ArraySlice<Line>) -> (old: Int, new: Int) {
      lines.reduce(into: (0, 0)) { counts, line in
        if case .added = line {} else { counts.0 += 1 }
        if case .removed = line {} else { counts.1 += 1 }
      }
    }
    let before = counts(lines[..<range.lowerBound])
    let inside = counts(lines[range])
    // An empty side counts from the line before it.
    func place(_ before: Int, _ count: Int) -> String {
      "\(count == 0 ? before : before + 1)\(count == 1 ? "" : ",\(count)")"
    }
    return "@@ -\(place(before.old, inside.old)) +\(place(before.new, inside.new)) @@\n"
      + lines[range].map { $0.written + "\n" }.joined()
  }
}
