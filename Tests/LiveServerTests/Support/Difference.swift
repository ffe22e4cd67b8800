import Testing

/// A key for which nginx did something else than it had to.
struct Difference: CustomStringConvertible {
  var key: [UInt8]
  var expected: String
  var got: String

  var description: String {
    let text = String(decoding: key.prefix(60), as: UTF8.self)
    return "  key '\(text)'\(key.count > 60 ? "…" : ""): expected \(expected), got \(got)"
  }
}

/// Expects that nothing differs; shows the first five that do, and the cluster to repeat it with.
func expectNone(
  _ differences: [Difference], of count: Int, _ document: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let first = differences.prefix(5).map(\.description).joined(separator: "\n")
  // A value of its own, or a failure would print the whole list as well.
  let isSame = differences.isEmpty
  #expect(
    isSame, "\(differences.count) of \(count) keys differ:\n\(first)\n\(document)",
    sourceLocation: sourceLocation)
}
