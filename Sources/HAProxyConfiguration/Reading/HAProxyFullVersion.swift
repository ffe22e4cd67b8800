/// A version as conditions compare it: `2.6.12`, `2.7-dev1`, `2.4-dev18-f6818d-20`.
///
/// Follows `split_version` of HAProxy's `src/haproxy.c`: up to four numbers, a tag (`dev` before `rc` and
/// `pre` before none) with its number, and the number of commits.
struct HAProxyFullVersion: Comparable {
  private var numbers: [Int] = [0, 0, 0, 0]
  private var tag = 3
  private var tagNumber = 0
  private var commits = 0

  /// Reads a version; nil if it is none.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { return nil }
    var parts = bytes.split(separator: UInt8(ascii: "-"), maxSplits: 1).map(Array.init)[...]
    guard let first = parts.popFirst() else { return nil }
    let fields = first.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard fields.count <= 4 else { return nil }
    for (index, field) in fields.enumerated() {
      guard field.allSatisfy(HAProxyLexer.isDigit) else { return nil }
      numbers[index] = HAProxyNumber.integer(field)
    }
    guard var rest = parts.first else { return }
    for (word, rank) in [("dev", 1), ("rc", 2), ("pre", 2)] where rest.starts(with: word.utf8) {
      tag = rank
      let digits = rest.dropFirst(word.utf8.count).prefix(while: HAProxyLexer.isDigit)
      tagNumber = HAProxyNumber.integer(digits)
      rest = Array(rest[digits.endIndex...])
      guard let byte = rest.first else { return }
      guard byte == UInt8(ascii: "-") else { return nil }
      rest.removeFirst()
      break
    }
    let last = rest.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).last ?? []
    guard !last.isEmpty || rest.isEmpty else { return nil }
    if last.allSatisfy(HAProxyLexer.isDigit) { commits = HAProxyNumber.integer(last) }
  }

  static func < (a: Self, b: Self) -> Bool {
    let left = a.numbers + [a.tag, a.tagNumber, a.commits]
    let right = b.numbers + [b.tag, b.tagNumber, b.commits]
    return left.lexicographicallyPrecedes(right)
  }
}
