/// An option of a rule, or a property of a node that it reads, as help and documents describe it.
public struct OptionDescription: Hashable, Sendable {
  /// The values an option takes.
  public enum Kind: Hashable, Sendable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// The seed of a hash: a whole number of 64 bits.
    case seed
    /// One of several words.
    case word([String])
    /// Any text that is not empty.
    case text
  }

  /// The name in documents, in kebab case.
  public let name: String
  /// The values it takes.
  public let kind: Kind
  /// The value where none is given; nil if the rule works one out.
  public let defaultValue: String?
  /// What it is for, in one line.
  public let summary: String

  /// Describes an option.
  public init(name: String, kind: Kind, defaultValue: String? = nil, summary: String) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.summary = summary
  }

  /// The values it takes, in words.
  public var range: String {
    switch kind {
    case .integer(let range) where range.lowerBound == range.upperBound: "\(range.lowerBound)"
    case .integer(let range) where range.upperBound == .max: "\(range.lowerBound) or more"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .seed: "0 to \(UInt64.max)"
    case .word(let words): words.joined(separator: ", ")
    case .text: "a text that is not empty"
    }
  }

  /// Whether the option takes a value.
  public func accepts(_ value: String) -> Bool {
    switch kind {
    case .integer(let range): Int(value).map(range.contains) ?? false
    case .seed: UInt64(value) != nil
    case .word(let words): words.contains(value)
    case .text: !value.isEmpty
    }
  }
}
