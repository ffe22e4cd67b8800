/// One option of a ``RuleOptions`` type: its description, and how it is read and written.
public struct OptionField<Options: RuleOptions>: Sendable {
  /// What help and documents say about it.
  public let description: OptionDescription

  /// The value as it is written; nil if none is set.
  let read: @Sendable (Options) -> String?

  /// Sets the value from a text that the description accepts.
  let write: @Sendable (String, inout Options) -> Void

  private init(
    _ name: String, _ kind: OptionDescription.Kind, _ summary: String,
    read: @escaping @Sendable (Options) -> String?,
    write: @escaping @Sendable (String, inout Options) -> Void
  ) {
    description = OptionDescription(
      name: name, kind: kind, defaultValue: read(Options()), summary: summary)
    self.read = read
    self.write = write
  }

  /// A whole number in a range.
  public static func integer(
    _ name: String, _ path: any (WritableKeyPath<Options, Int> & Sendable),
    in range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    Self(name, .integer(range), summary, read: { String($0[keyPath: path]) }) { text, options in
      if let value = Int(text) { options[keyPath: path] = value }
    }
  }

  /// A whole number in a range, or none.
  public static func integer(
    _ name: String, _ path: any (WritableKeyPath<Options, Int?> & Sendable),
    in range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    Self(name, .integer(range), summary, read: { $0[keyPath: path].map { String($0) } }) {
      text, options in
      if let value = Int(text) { options[keyPath: path] = value }
    }
  }

  /// One of several whole numbers.
  public static func integer(
    _ name: String, _ path: any (WritableKeyPath<Options, Int> & Sendable), of values: [Int],
    _ summary: String
  ) -> Self {
    Self(name, .word(values.map(String.init)), summary, read: { String($0[keyPath: path]) }) {
      text, options in
      if let value = Int(text) { options[keyPath: path] = value }
    }
  }

  /// The seed of a hash.
  public static func seed(
    _ name: String, _ path: any (WritableKeyPath<Options, UInt64> & Sendable), _ summary: String
  ) -> Self {
    Self(name, .seed, summary, read: { String($0[keyPath: path]) }) { text, options in
      if let value = UInt64(text) { options[keyPath: path] = value }
    }
  }

  /// One of the words that an enumeration lists.
  public static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ path: any (WritableKeyPath<Options, Word> & Sendable),
    of words: [Word]? = nil,
    _ summary: String
  ) -> Self {
    let words = (words ?? Array(Word.allCases)).map(\.rawValue)
    return Self(name, .word(words), summary, read: { $0[keyPath: path].rawValue }) {
      text, options in
      if let value = Word(rawValue: text) { options[keyPath: path] = value }
    }
  }

  /// One of the words that an enumeration lists, or none.
  public static func word<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ name: String, _ path: any (WritableKeyPath<Options, Word?> & Sendable),
    of words: [Word]? = nil,
    _ summary: String
  ) -> Self {
    let words = (words ?? Array(Word.allCases)).map(\.rawValue)
    return Self(name, .word(words), summary, read: { $0[keyPath: path]?.rawValue }) {
      text, options in
      if let value = Word(rawValue: text) { options[keyPath: path] = value }
    }
  }

  /// Whether something is so, in two words such as `on` and `off`.
  public static func flag(
    _ name: String, _ path: any (WritableKeyPath<Options, Bool> & Sendable),
    on: String = "on", off: String = "off", _ summary: String
  ) -> Self {
    Self(name, .word([on, off]), summary, read: { $0[keyPath: path] ? on : off }) { text, options in
      options[keyPath: path] = text == on
    }
  }

  /// Whether something is so, in two words such as `on` and `off`; or nothing is said.
  public static func flag(
    _ name: String, _ path: any (WritableKeyPath<Options, Bool?> & Sendable),
    on: String = "on", off: String = "off", _ summary: String
  ) -> Self {
    Self(name, .word([on, off]), summary, read: { $0[keyPath: path].map { $0 ? on : off } }) {
      text, options in
      options[keyPath: path] = text == on
    }
  }

  /// A text that is not empty.
  public static func text(
    _ name: String, _ path: any (WritableKeyPath<Options, String> & Sendable), _ summary: String
  ) -> Self {
    Self(name, .text, summary, read: { $0[keyPath: path] }) { text, options in
      options[keyPath: path] = text
    }
  }

  /// A text that is not empty, or none.
  public static func text(
    _ name: String, _ path: any (WritableKeyPath<Options, String?> & Sendable), _ summary: String
  ) -> Self {
    Self(name, .text, summary, read: { $0[keyPath: path] }) { text, options in
      options[keyPath: path] = text
    }
  }

  func refusal(of value: String, rule: String) -> ClusterError {
    ClusterError(
      .invalidOption, .option(description.name),
      "the option \(description.name) of \(rule) cannot be \(quoted(value))",
      remedy: "use \(description.range)")
  }
}
