/// Why a list of nodes is not a cluster, or a cluster does not suit an algorithm.
///
/// New codes may be added; switch over them with a `default`.
public struct ClusterError: Error, Hashable, Sendable {
  /// The kind of mistake.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// A stable name in kebab case.
    public let rawValue: String

    /// Creates a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The list of nodes is empty.
    public static let emptyCluster = Code(rawValue: "empty-cluster")
    /// No node has a weight and is up.
    public static let noAvailableNode = Code(rawValue: "no-available-node")
    /// The name of the cluster is empty or holds control characters.
    public static let invalidName = Code(rawValue: "invalid-name")
    /// An id is empty or holds control characters.
    public static let invalidID = Code(rawValue: "invalid-id")
    /// Two nodes have the same id.
    public static let duplicateID = Code(rawValue: "duplicate-id")
    /// An address is malformed.
    public static let invalidAddress = Code(rawValue: "invalid-address")
    /// Two nodes have the same address.
    public static let duplicateAddress = Code(rawValue: "duplicate-address")
    /// A weight is negative, not a number, too small, too large, or not one the algorithm takes.
    public static let invalidWeight = Code(rawValue: "invalid-weight")
    /// A zone is empty or holds control characters.
    public static let invalidZone = Code(rawValue: "invalid-zone")
    /// Slots are given for some nodes only, twice, out of range, or against the weight.
    public static let invalidSlots = Code(rawValue: "invalid-slots")
    /// An option has a value that the algorithm does not take.
    public static let invalidOption = Code(rawValue: "invalid-option")
    /// The algorithm has no such option.
    public static let unknownOption = Code(rawValue: "unknown-option")
    /// A property of a node has a value that the algorithm does not take.
    public static let invalidProperty = Code(rawValue: "invalid-property")
    /// The key is none of the forms, or of parts that do not go together.
    public static let invalidKey = Code(rawValue: "invalid-key")
    /// No algorithm has this name.
    public static let unknownAlgorithm = Code(rawValue: "unknown-algorithm")
    /// No node has this id.
    public static let unknownNode = Code(rawValue: "unknown-node")
    /// The cluster needs more memory than this library is willing to take.
    public static let tooLarge = Code(rawValue: "too-large")
  }

  /// The part of a cluster that an error is about, so that a reader of documents can say the line.
  public enum Subject: Hashable, Sendable {
    /// The cluster as a whole.
    case cluster
    /// Its name.
    case name
    /// Its algorithm.
    case algorithm
    /// Where its key is.
    case key
    /// One of its options.
    case option(String)
    /// The node at a position of the list.
    case node(Int)
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

extension ClusterError {
  static let emptyCluster = ClusterError(
    .emptyCluster, .cluster, "the cluster has no nodes", remedy: "add a node")

  /// The nodes at two positions have the same id.
  static func duplicateID(_ id: NodeID, _ first: Int, _ second: Int) -> ClusterError {
    ClusterError(
      .duplicateID, .node(second),
      "nodes \(first + 1) and \(second + 1) have the same id \(quoted(id.text))",
      remedy: "give each node an id of its own")
  }

  /// Two nodes have the same address, the second of them at a position.
  static func duplicateAddress(_ first: Node, _ second: Node, at position: Int) -> ClusterError {
    ClusterError(
      .duplicateAddress, .node(position),
      "nodes \(quoted(first.id.text)) and \(quoted(second.id.text)) have the same address "
        + quoted(second.address),
      remedy: "list each address once; to give it a larger share, raise its weight")
  }
}

extension ClusterError: CustomStringConvertible {
  /// Problem and remedy on one line.
  public var description: String { "\(problem); \(remedy)" }
}
