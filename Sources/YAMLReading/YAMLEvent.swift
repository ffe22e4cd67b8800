/// One step of reading YAML.
package struct YAMLEvent {
  /// What was met.
  package enum Kind {
    /// A text; `isPlain` if it has no quotes, so that YAML reads `null` and `~` as no value.
    case scalar(String, isPlain: Bool)
    /// The start of a list; `isFlow` if it is written in brackets.
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    /// The start of a mapping; `isFlow` if it is written in braces.
    case mappingStart(isFlow: Bool)
    case mappingEnd
    /// A reference to an anchor.
    case alias(String)
    /// The start of a document; `isWritten` if the text says so (`---`).
    case documentStart(isWritten: Bool)
    /// The end of a document; `isWritten` if the text says so (`...`).
    case documentEnd(isWritten: Bool)
    case streamEnd
    /// The start of the stream, or another event without contents.
    case other
  }

  package let kind: Kind
  package let position: YAMLPosition
  /// The name under which aliases refer to the value.
  package let anchor: String?
  /// The tag, such as `!ignore`.
  package let tag: String?
}

/// A place in a text.
package struct YAMLPosition: Hashable, Sendable {
  /// From 1.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Why a text cannot be read as YAML.
package struct YAMLError: Error, Hashable, Sendable {
  /// The place, where one is known.
  package let position: YAMLPosition?
  /// What is wrong.
  package let problem: String
  /// What to do about it.
  package let remedy: String

  /// The problem of texts with too many levels.
  package static let tooDeep = "lists are nested too deeply"

  package init(position: YAMLPosition?, problem: String, remedy: String) {
    self.position = position
    self.problem = problem
    self.remedy = remedy
  }
}

extension YAMLEvent.Kind {
  /// Whether a scalar is null in YAML.
  package static func isNull(_ text: String, isPlain: Bool) -> Bool {
    isPlain && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
  }
}
