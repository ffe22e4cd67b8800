/// The order of the servers of a `jump_fnv1a_ch` cluster.
enum CarbonInstanceOrder {
  /// Sorts servers by their instances, as carbon-c-relay does with glibc's `qsort`.
  ///
  /// Numbers compare as numbers and texts as texts, so that `9`, `10` and `1a` are each before the next, and
  /// the last before the first. The order is then that of the steps by which the list is sorted: halves,
  /// the smaller first, that are merged.
  static func sorted(_ servers: [CarbonServer]) -> [CarbonServer] {
    guard servers.count > 1 else { return servers }
    let half = servers.count / 2
    let left = sorted(Array(servers[..<half]))
    let right = sorted(Array(servers[half...]))
    var merged: [CarbonServer] = []
    merged.reserveCapacity(servers.count)
    var (a, b) = (0, 0)
    while a < left.count, b < right.count {
      if isAfter(left[a].instance, right[b].instance) {
        merged.append(right[b])
        b += 1
      } else {
        merged.append(left[a])
        a += 1
      }
    }
    return merged + left[a...] + right[b...]
  }

  /// Whether an instance comes after another; none is the largest.
  private static func isAfter(_ a: String?, _ b: String?) -> Bool {
    guard let b else { return false }
    guard let a else { return true }
    if let left = number(a), let right = number(b) {
      // C returns the difference as an `int`.
      return Int32(truncatingIfNeeded: left &- right) > 0
    }
    return b.utf8.lexicographicallyPrecedes(a.utf8)
  }

  /// What `strtol` reads, if that is the whole text.
  private static func number(_ text: String) -> Int64? {
    var digits = Substring(text)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    if let value = Int64(isNegative ? "-\(digits)" : digits) { return value }
    return isNegative ? .min : .max
  }
}
