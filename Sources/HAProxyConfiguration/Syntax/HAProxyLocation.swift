/// A line of a file.
public struct HAProxyLocation: Hashable, Sendable {
  /// The name of the file.
  public let file: String
  /// The line, from 1.
  public let line: Int

  /// Creates a location.
  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

extension HAProxyLocation: CustomStringConvertible {
  /// File and line as `file:line`.
  public var description: String { "\(file):\(line)" }
}

/// Why a configuration is not read at all.
///
/// There is one reason only: it is larger than the reader's limits. Whatever HAProxy itself would
/// reject is a ``HAProxyProblem`` of what was read.
public struct HAProxyTooLarge: Error, Hashable, Sendable {
  /// What there is too much of.
  public let problem: String
  /// Where.
  public let location: HAProxyLocation
}

extension HAProxyTooLarge: CustomStringConvertible {
  /// Place and problem on one line.
  public var description: String { "\(location): \(problem)" }
}
