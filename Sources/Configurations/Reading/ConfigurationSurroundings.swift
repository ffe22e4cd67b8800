/// What a reader is told about the place where a configuration runs.
///
/// A configuration may depend on the environment of its program, on the version and the features of the
/// program, and on the answers of DNS. Without surroundings, readers say that the meaning of such a part is
/// not known. A program that knows more says so here.
///
/// ```swift
/// var surroundings = ConfigurationSurroundings()
/// surroundings.variables["BACKEND_HOST"] = .set(Array("10.0.0.1".utf8))
/// surroundings.variables["LOCAL"] = .unset
/// surroundings.version = "2.6.12"
/// surroundings.tests["feature(OPENSSL)"] = true
/// let reader = HAProxyReader().reader(in: surroundings)
/// ```
public struct ConfigurationSurroundings: Sendable {
  /// What is known of a variable of the environment.
  public enum Variable: Hashable, Sendable {
    /// It is set to these bytes.
    case set([UInt8])
    /// It is not set.
    case unset
  }

  /// What is said about variables of the environment, by name.
  ///
  /// It counts more than ``environment``.
  public var variables: [String: Variable] = [:]

  /// The environment of the program that reads.
  ///
  /// A configuration often runs in another one, so readers name what they take from here. Nil if
  /// the environment is not to be used.
  public var environment: (@Sendable (_ name: String) -> [UInt8]?)?

  /// The version of the system, as the system writes it.
  public var version: String?

  /// Results of tests in conditions, by their text without spaces: `feature(OPENSSL)`.
  public var tests: [String: Bool] = [:]

  /// The addresses of host names.
  ///
  /// Nil if names are not to be resolved.
  public var hosts: HostAnswers?

  /// Creates surroundings of which nothing is known.
  public init() {}
}
