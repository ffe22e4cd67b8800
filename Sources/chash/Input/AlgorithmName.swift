import ArgumentParser
import ConsistentHashing
import ProxyProfiles

/// The name of an algorithm as an argument.
struct AlgorithmName {
  let rule: PlacementRule

  /// Finds the rule of a name.
  ///
  /// - Throws: ``Unknown`` if there is none.
  init(_ argument: String) throws(Unknown) {
    guard let rule = RuleCatalogue.all.first(where: { $0.name == argument }) else {
      throw Unknown(name: argument)
    }
    self.rule = rule
  }

  /// The names, for shells.
  static var completion: CompletionKind { .list(RuleCatalogue.all.map(\.name)) }

  /// The placement of another rule under this one: the same key, and those options that it takes with
  /// these values.
  func placement(from other: Placement) -> Placement {
    Placement(
      rule: rule.name,
      options: other.options.filter { name, value in
        rule.options.contains { $0.name == name && $0.accepts(value) }
      }, key: other.key)
  }
}

extension AlgorithmName {
  /// A name that no algorithm has.
  struct Unknown: Error, CustomStringConvertible {
    let name: String

    var description: String {
      let list = "'chash algorithms' lists the names"
      let matches = closeMatches
      guard let last = matches.last else { return list }
      let others = matches.dropLast().joined(separator: ", ")
      return "did you mean \(others.isEmpty ? last : "\(others) or \(last)")? \(list)"
    }

    /// Up to five names that the user may mean, the closest first.
    ///
    /// Close are names that contain the text, and names that differ from it in every third character at
    /// most.
    var closeMatches: [String] {
      let name = name.lowercased()
      guard !name.isEmpty else { return [] }
      var matches: [(name: String, distance: Int)] = []
      for known in RuleCatalogue.all.map(\.name) {
        let distance = editDistance(Array(name.utf8.prefix(100)), Array(known.utf8))
        if distance <= max(1, known.utf8.count / 3) || (name.utf8.count > 2 && known.contains(name))
        {
          matches.append((known, distance))
        }
      }
      return matches.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(5).map(
        \.name)
    }
  }
}

/// The number of insertions, deletions and replacements that turn one text into another.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, first) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, second) in b.enumerated() {
      let replaced = diagonal + (first == second ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
