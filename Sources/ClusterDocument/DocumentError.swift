/// Why a text is not a cluster document: what, where, and what to do about it.
public struct DocumentError: Error, Hashable, Sendable {
  /// A place in the text.
  public struct Location: Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// From 1, in Unicode scalars.
    public let column: Int

    /// Creates a place.
    public init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  /// The file, as it was named.
  public let file: String
  /// The place, where one is known.
  public let location: Location?
  /// What is wrong, naming the thing.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  /// Creates an error.
  public init(file: String, location: Location?, problem: String, remedy: String) {
    self.file = file
    self.location = location
    self.problem = problem
    self.remedy = remedy
  }
}

extension DocumentError: CustomStringConvertible {
  /// `file:line:column: problem; remedy`.
  public var description: String {
    let place = location.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(file)\(place): \(problem); \(remedy)"
  }
}
