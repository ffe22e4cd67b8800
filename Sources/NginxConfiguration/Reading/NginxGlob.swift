/// Patterns of file names in `include`, as `glob(3)` of the C library has them.
///
/// `*` and `?` match within one component and no leading dot, `[a-z]` and `[!a-z]` match one byte,
/// `\` takes the next byte as it is. Names are bytes, as nginx sets no locale.
struct NginxGlob {
  /// Whether a path is a pattern to nginx.
  static func isPattern(_ path: String) -> Bool {
    path.utf8.contains {
      $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[")
    }
  }

  /// The paths that match a pattern, in the order of their bytes, at most a number of them.
  static func paths(
    matching pattern: String, list: (String) -> [String], limit: Int
  ) -> [String] {
    let components = pattern.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    var found = [pattern.utf8.first == UInt8(ascii: "/") ? "/" : ""]
    var isLiteral = true
    for component in components {
      isLiteral = isLiteral && !component.contains(where: isSpecial)
      if isLiteral || component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8) {
        found = found.map { join($0, String(decoding: component, as: UTF8.self)) }
        continue
      }
      var next: [String] = []
      for directory in found {
        let names = list(directory.isEmpty ? "." : directory)
        for name in names where matches(component, Array(name.utf8)) {
          next.append(join(directory, name))
          // One more than the limit shows that there are too many.
          if next.count > limit { break }
        }
        if next.count > limit { break }
      }
      found = next
    }
    return components.isEmpty
      ? [] : found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func join(_ directory: String, _ name: String) -> String {
    let separator = directory.isEmpty || directory.utf8.last == UInt8(ascii: "/") ? "" : "/"
    return directory + separator + name
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
      || byte == UInt8(ascii: "\\")
  }

  /// Whether a name matches one component of a pattern.
  static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
    var p = 0
    var n = 0
    // Where to go on after the last `*`, if what follows it does not match here.
    var retry: (pattern: Int, name: Int)?
    while n < name.count {
      if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
        p += 1
        retry = (p, n)
      } else if p < pattern.count, let length = step(pattern, p, name[n]) {
        p += length
        n += 1
      } else if let (afterStar, from) = retry {
        p = afterStar
        n = from + 1
        retry = (afterStar, n)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// How much of a pattern one byte takes; nil if it does not match.
  private static func step(_ pattern: [UInt8], _ start: Int, _ byte: UInt8) -> Int? {
    switch pattern[start] {
    case UInt8(ascii: "?"): return 1
    case UInt8(ascii: "["):
      guard let set = set(pattern, start) else { return byte == pattern[start] ? 1 : nil }
      return set.ranges.contains { $0.contains(byte) } != set.isInverted ? set.length : nil
    case UInt8(ascii: "\\") where start + 1 < pattern.count:
      return byte == pattern[start + 1] ? 2 : nil
    default: return byte == pattern[start] ? 1 : nil
    }
  }

  private struct Bracket {
    var ranges: [ClosedRange<UInt8>] = []
    var isInverted = false
    var length = 0
  }

  /// The set that begins at a `[`.
  ///
  /// Nil if no `]` closes it: the bracket is then an ordinary character.
  private static func set(_ pattern: [UInt8], _ start: Int) -> Bracket? {
    var bracket = Bracket()
    var position = start + 1
    if position < pattern.count,
      pattern[position] == UInt8(ascii: "!") || pattern[position] == UInt8(ascii: "^")
    {
      bracket.isInverted = true
      position += 1
    }
    let first = position
    while position < pattern.count {
      // A `]` that comes first is a member.
      if pattern[position] == UInt8(ascii: "]"), position > first {
        bracket.length = position + 1 - start
        return bracket
      }
      let low = pattern[position]
      if position + 2 < pattern.count, pattern[position + 1] == UInt8(ascii: "-"),
        pattern[position + 2] != UInt8(ascii: "]")
      {
        let high = pattern[position + 2]
        if low <= high { bracket.ranges.append(low...high) }
        position += 3
      } else {
        bracket.ranges.append(low...low)
        position += 1
      }
    }
    return nil
  }
}
