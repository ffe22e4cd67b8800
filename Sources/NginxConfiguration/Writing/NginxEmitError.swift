/// Why a cluster cannot be written as an nginx upstream.
///
/// New codes may be added; switch over them with a `default`.
public struct NginxEmitError: Error, Hashable, Sendable {
  /// The kind of mistake.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// A stable name in kebab case.
    public let rawValue: String

    /// Creates a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name cannot name an upstream.
    public static let invalidName = Code(rawValue: "invalid-name")
    /// nginx does not place keys by this algorithm.
    public static let unknownAlgorithm = Code(rawValue: "unknown-algorithm")
    /// The cluster does not say where the key of a request is.
    public static let missingKey = Code(rawValue: "missing-key")
    /// No variable of nginx holds this key, or not in this context.
    public static let invalidKey = Code(rawValue: "invalid-key")
    /// nginx does not take the address, or reads it as another one.
    public static let invalidAddress = Code(rawValue: "invalid-address")
    /// An id cannot be written as a comment.
    public static let invalidID = Code(rawValue: "invalid-id")
    /// nginx does not take the weight.
    public static let invalidWeight = Code(rawValue: "invalid-weight")
    /// nginx would need too much memory.
    public static let tooLarge = Code(rawValue: "too-large")
    /// The number of connections to keep is out of range, or the context keeps none.
    public static let invalidKeepalive = Code(rawValue: "invalid-keepalive")
  }

  /// The part of a cluster that an error is about, so that a reader of documents can say the line.
  public enum Subject: Hashable, Sendable {
    /// The cluster as a whole.
    case cluster
    /// Its name.
    case name
    /// Its algorithm.
    case algorithm
    /// One of its options.
    case option(String)
    /// Its key.
    case key
    /// The node at a position of the list.
    case node(Int)
    /// The number of connections to keep, which is no part of the cluster.
    case keepalive
  }

  /// The kind of mistake.
  public let code: Code
  /// The part it is about.
  public let subject: Subject
  /// What is wrong, naming the thing.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  /// Creates an error.
  public init(_ code: Code, _ subject: Subject, _ problem: String, remedy: String) {
    self.code = code
    self.subject = subject
    self.problem = problem
    self.remedy = remedy
  }
}

extension NginxEmitError: CustomStringConvertible {
  /// Problem and remedy on one line.
  public var description: String { "\(problem); \(remedy)" }
}
