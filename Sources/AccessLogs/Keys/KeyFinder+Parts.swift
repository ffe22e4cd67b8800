extension KeyFinder {
  /// What the alternatives of a key are made of, and which values of the log they need.
  struct FoundParts {
    var alternatives: [[Part]]
    var indices: [Int]

    /// The first alternative and the others.
    var split: (parts: [Part], further: [[Part]]) {
      (alternatives.first ?? [], Array(alternatives.dropFirst()))
    }

    /// The same for a log of which only some values are looked for.
    func numbered(asIn used: [Int]) -> FoundParts {
      var copy = self
      copy.alternatives = alternatives.map { parts in
        parts.map { part in
          guard case .value(let index, let steps, let type) = part else { return part }
          return .value(index: used.firstIndex(of: index) ?? 0, steps: steps, type: type)
        }
      }
      return copy
    }
  }

  /// The variable that a key is, if it is nothing else.
  static func onlyVariable(of alternatives: [[KeyPiece]]?) -> String? {
    guard let alternatives, alternatives.count == 1, alternatives[0].count == 1,
      case .value(let name) = alternatives[0][0]
    else { return nil }
    return name
  }

  /// Finds out where a log has the values of a key.
  ///
  /// - Parameter otherNames: Whether the log may have other names for them than nginx.
  /// - Throws: ``Missing`` if it lacks one, also of an alternative that comes late: the key of some lines
  ///   would be another one then.
  static func parts(
    _ alternatives: [[KeyPiece]]?, _ type: KeyType, _ place: Place, in names: [String],
    otherNames: Bool
  ) throws(Missing) -> FoundParts {
    if case .value(let name) = place {
      let plain = name.hasPrefix("$") ? String(name.dropFirst()) : name
      guard let index = names.firstIndex(of: plain) else {
        throw Missing(variable: plain, names: names)
      }
      let variable = onlyVariable(of: alternatives)
      let isValueItself = variable == plain && !["remote_addr", "path"].contains(plain)
      let steps = isValueItself ? [] : ValueRecipe.part(for: variable)
      return FoundParts(
        alternatives: [[.value(index: index, steps: steps, type: type)]], indices: [index])
    }
    guard let alternatives else { throw Missing(variable: nil, names: names) }
    let isOnlyValue = onlyVariable(of: alternatives) != nil
    var found = FoundParts(alternatives: [], indices: [])
    for pieces in alternatives {
      var parts: [Part] = []
      for piece in pieces {
        switch piece {
        case .text(let text): parts.append(.text(Array(text.utf8)))
        case .value(let variable):
          let recipes =
            ValueRecipe.all(for: variable)
            + (otherNames ? ValueRecipe.otherNames(for: variable) : [])
          guard let recipe = recipes.first(where: { names.contains($0.column) }),
            let index = names.firstIndex(of: recipe.column)
          else { throw Missing(variable: ValueRecipe.logged(variable), names: names) }
          parts.append(
            .value(
              index: index, steps: recipe.steps,
              type: isOnlyValue
                ? type
                : variable == "binary_remote_addr"
                  ? .address(maskIPv4: 32, maskIPv6: 128) : .text))
          if !found.indices.contains(index) { found.indices.append(index) }
        }
      }
      found.alternatives.append(parts)
    }
    return found
  }
}
