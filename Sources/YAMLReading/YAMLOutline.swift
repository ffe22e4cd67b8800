/// The names of the first two levels of a YAML text, by which systems know their files.
///
/// Ends at a field that a caller looks for, and after a megabyte, since a text may have millions of lines
/// and be no configuration at all.
package struct YAMLOutline {
  /// A field of the first level.
  package struct Field {
    package let name: String
    /// The names in its value, if that is a mapping.
    package internal(set) var children: [String] = []
    /// Whether its value is a list.
    package internal(set) var isList = false
  }

  /// The fields of the first level in their order.
  package private(set) var fields: [Field] = []

  private static let eventLimit = 20_000
  private static let byteLimit = 1 << 20

  /// Reads the outline of the first document of a text; nil if the text does not begin as a mapping.
  ///
  /// What is not YAML ends the outline.
  ///
  /// - Parameter end: The names of fields of the first level after which nothing is read.
  package init?(_ bytes: Span<UInt8>, until end: Set<String> = []) {
    let start = bytes.extracting(0..<min(bytes.count, Self.byteLimit))
    guard let events = try? YAMLEvents(start) else { return nil }
    var levels: [Level] = []
    for _ in 0..<Self.eventLimit {
      guard let event = try? events.next() else { break }
      switch event.kind {
      case .mappingStart: levels.append(Level(isMapping: true))
      case .sequenceStart:
        if levels.isEmpty { return nil }
        if levels.count == 1, !fields.isEmpty { fields[fields.count - 1].isList = true }
        levels.append(Level(isMapping: false))
      case .mappingEnd, .sequenceEnd:
        levels.removeLast()
        if levels.isEmpty { return }
        levels.endValue()
      case .scalar(let text, _):
        guard let level = levels.last else { return nil }
        guard level.isMapping, level.isBeforeName else {
          levels.endValue()
          continue
        }
        levels[levels.count - 1].isBeforeName = false
        if levels.count == 1 {
          fields.append(Field(name: text))
          if end.contains(text) { return }
        } else if levels.count == 2, !fields.isEmpty {
          fields[fields.count - 1].children.append(text)
        }
      case .alias: levels.endValue()
      case .documentEnd, .streamEnd: return nil
      case .documentStart, .other: continue
      }
    }
    if fields.isEmpty { return nil }
  }

  /// Whether the first level has a field.
  package func contains(_ name: String) -> Bool { fields.contains { $0.name == name } }
}

/// A list or a mapping that is being read.
private struct Level {
  let isMapping: Bool
  var isBeforeName = true
}

extension [Level] {
  /// Notes the end of a value, which a name follows in a mapping.
  fileprivate mutating func endValue() {
    if !isEmpty { self[count - 1].isBeforeName = true }
  }
}
