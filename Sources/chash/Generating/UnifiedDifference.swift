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

  /// The lines of both texts, in an order that has as many in common as are found quickly.
  ///
  /// Lines that stand once in each text are the same line. Between them the fewest changes are searched for
  /// where there are few lines, and all lines are replaced where there are many.
  private static func lines(_ old: [String], _ new: [String]) -> [Line] {
    var lines: [Line] = []
    var (i, j) = (0, 0)
    func addGap(_ oldEnd: Int, _ newEnd: Int) {
      var (oldLast, newLast) = (oldEnd, newEnd)
      while i < oldLast, j < newLast, old[i] == new[j] {
        lines.append(.same(old[i]))
        i += 1
        j += 1
      }
      var tail = 0
      while i < oldLast, j < newLast, old[oldLast - 1] == new[newLast - 1] {
        oldLast -= 1
        newLast -= 1
        tail += 1
      }
      lines += changed(Array(old[i..<oldLast]), Array(new[j..<newLast]))
      lines += old[oldLast..<(oldLast + tail)].map { .same($0) }
    }
    for pair in commonLines(old, new) {
      addGap(pair.old, pair.new)
      lines.append(.same(old[pair.old]))
      (i, j) = (pair.old + 1, pair.new + 1)
    }
    addGap(old.count, new.count)
    return lines
  }

  /// Pairs of lines that stand once in each text, as many as have the same order in both.
  private static func commonLines(_ old: [String], _ new: [String]) -> [(old: Int, new: Int)] {
    func single(_ lines: [String]) -> [String: Int] {
      var places: [String: Int] = [:]
      for (place, line) in lines.enumerated() { places[line] = places[line] == nil ? place : -1 }
      return places
    }
    let places = single(new)
    let pairs = single(old).compactMap { line, place -> (old: Int, new: Int)? in
      guard place >= 0, let other = places[line], other >= 0 else { return nil }
      return (place, other)
    }.sorted { $0.old < $1.old }
    // The longest ascending sequence: the least last place of each length, and what was before each pair.
    var ends: [Int] = []
    var before = Array(repeating: -1, count: pairs.count)
    for (index, pair) in pairs.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[ends[middle]].new < pair.new { low = middle + 1 } else { high = middle }
      }
      before[index] = low > 0 ? ends[low - 1] : -1
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var sequence: [(old: Int, new: Int)] = []
    var index = ends.last ?? -1
    while index >= 0 {
      sequence.append(pairs[index])
      index = before[index]
    }
    return sequence.reversed()
  }

  /// The most lines between which the fewest changes are searched for: that takes the square of them.
  private static let mostLines = 500

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
