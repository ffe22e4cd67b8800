/// A line of a configuration file.
public struct ConfigurationLocation: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// The line, counted from 1.
  public let line: Int

  /// Creates a location.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

extension ConfigurationLocation: CustomStringConvertible {
  /// File and line as `file:line`.
  public var description: String { "\(file):\(line)" }
}
