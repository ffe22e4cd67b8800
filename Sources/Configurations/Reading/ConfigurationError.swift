/// Why a configuration cannot be read at all.
///
/// What the system would reject in a part of the configuration is a ``ConfigurationProblem`` instead,
/// so that the other parts can still be read.
public struct ConfigurationError: Error, Hashable, Sendable {
  /// The kind of mistake.
  public enum Code: String, Hashable, Sendable {
    /// The text does not follow the grammar.
    case malformed
    /// A file cannot be read.
    case unreadable
    /// The configuration is larger or deeper than the limits of the reader.
    case tooLarge
    /// A file includes itself.
    case cycle
    /// The file is a part of a configuration that describes nothing by itself.
    case incomplete
  }

  /// The kind of mistake.
  public let code: Code
  /// What is wrong, in the system's own words where it has words for it.
  public let message: String
  /// Where the mistake is.
  public let location: ConfigurationLocation

  /// Creates an error.
  public init(_ code: Code, _ message: String, _ location: ConfigurationLocation) {
    self.code = code
    self.message = message
    self.location = location
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// Location and message on one line.
  public var description: String { "\(location): \(message)" }
}
