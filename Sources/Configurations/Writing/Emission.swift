public import ConsistentHashing

/// Writes a cluster as configuration of a system.
///
/// An emitter writes every parameter that the cluster has, or names it in ``Emission/notes``. If the
/// system cannot place keys in the same way, it throws.
public protocol ConfigurationEmitter: Sendable {
  /// What the cluster does not say, such as the place of the text in the configuration.
  associatedtype Options: RuleOptions

  /// The name of the system, which is also the name on the command line.
  static var system: String { get }

  /// What is written, in one line.
  static var summary: String { get }

  /// The names of the rules that the system places keys by.
  static var rules: [String] { get }

  /// Creates an emitter.
  init(_ options: Options)

  /// Writes a cluster.
  ///
  /// - Throws: ``EmissionError`` if the system would refuse the text, or would place keys in another
  ///   way than the cluster says.
  func emit(_ placed: PlacedCluster) throws(EmissionError) -> Emission
}

extension ConfigurationEmitter {
  /// The options of the emitter, for help.
  public static var options: [OptionDescription] { Options.fields.map(\.description) }
}

/// A configuration that was written.
public struct Emission: Hashable, Sendable {
  /// The text.
  ///
  /// It ends in a newline.
  public let text: String
  /// The files that the text names, which belong beside it.
  public let files: [EmissionFile]
  /// Every parameter that was left out.
  public let notes: [EmissionNote]
  /// What the operator should know before using the text, a sentence or a few each, without the last full
  /// stop.
  public let warnings: [String]

  /// Collects what was written.
  public init(
    text: String, files: [EmissionFile] = [], notes: [EmissionNote] = [], warnings: [String] = []
  ) {
    self.text = text
    self.files = files
    self.notes = notes
    self.warnings = warnings
  }
}

/// A parameter of a cluster that a configuration leaves out.
public struct EmissionNote: Hashable, Sendable {
  /// The name of the property, such as `max-conns`, or of the field, such as `zone`.
  public let parameter: String
  /// The node that has the parameter.
  ///
  /// Nil if the cluster has it.
  public let node: NodeID?
  /// Why the parameter is left out.
  public let reason: String

  /// Describes a parameter.
  public init(_ parameter: String, of node: NodeID? = nil, reason: String) {
    self.parameter = parameter
    self.node = node
    self.reason = reason
  }
}

extension EmissionNote: CustomStringConvertible {
  /// Parameter, node and reason on one line.
  public var description: String {
    "\(parameter)\(node.map { " of \(quoted($0.text))" } ?? ""): \(reason)"
  }
}
