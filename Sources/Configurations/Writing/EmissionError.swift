public import ConsistentHashing

/// Why a cluster cannot be written as configuration of a system.
///
/// New codes may be added. Switch over them with a `default`.
public struct EmissionError: Error, Hashable, Sendable {
  /// The kind of mistake.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// A stable name in kebab case.
    public let rawValue: String

    /// Creates a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The system does not take the name.
    public static let invalidName = Code(rawValue: "invalid-name")
    /// The system does not place keys by this rule, or not in this context.
    public static let unknownRule = Code(rawValue: "unknown-rule")
    /// The cluster does not say where the key of a request is.
    public static let missingKey = Code(rawValue: "missing-key")
    /// The system has no expression for this key, or not in this context.
    public static let invalidKey = Code(rawValue: "invalid-key")
    /// The system does not take the address, or reads it as another one.
    public static let invalidAddress = Code(rawValue: "invalid-address")
    /// An id cannot be written as a comment.
    public static let invalidID = Code(rawValue: "invalid-id")
    /// The system does not take the weight.
    public static let invalidWeight = Code(rawValue: "invalid-weight")
    /// The system does not take the value of a property.
    public static let invalidProperty = Code(rawValue: "invalid-property")
    /// The system does not take an option of the emitter.
    public static let invalidOption = Code(rawValue: "invalid-option")
    /// The system would need too much memory.
    public static let tooLarge = Code(rawValue: "too-large")
  }

  /// The kind of mistake.
  public let code: Code
  /// The part of the cluster that the error is about, so that a reader of documents can name the line.
  public let subject: ClusterError.Subject
  /// What is wrong, with the name of the thing.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  /// Creates an error.
  public init(
    _ code: Code, _ subject: ClusterError.Subject, _ problem: String, remedy: String
  ) {
    self.code = code
    self.subject = subject
    self.problem = problem
    self.remedy = remedy
  }
}

extension EmissionError: CustomStringConvertible {
  /// Problem and remedy on one line.
  public var description: String { "\(problem); \(remedy)" }
}
