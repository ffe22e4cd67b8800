public import Configurations

/// Reads the upstreams of a configuration, and reports what nginx would report about them.
///
/// The reader checks `upstream` and `split_clients` blocks and the structure around them. It keeps
/// other directives and skips them. It does not check what only a running nginx knows: whether a host
/// name resolves, unless its addresses are given, and whether a variable exists. nginx stops at the first mistake. This reader checks
/// the structure of a file before its directives, and then names all mistakes.
///
/// ```swift
/// let reading = try NginxReader(files: files).upstreams(in: "/etc/nginx/nginx.conf")
/// for problem in reading.problems { print(problem) }
/// ```
public struct NginxReader: Sendable {
  /// The files that can be read.
  public internal(set) var files: ConfigurationFiles
  /// The version whose rules are used.
  public let version: NginxVersion
  /// The limits on what is read.
  public let limits: NginxLimits
  /// The addresses of host names.
  ///
  /// Nil to take names as they are written.
  public internal(set) var hosts: HostAnswers?

  /// Creates a reader.
  public init(
    files: ConfigurationFiles = ConfigurationFiles([:]), version: NginxVersion = .newest,
    limits: NginxLimits = .standard, hosts: HostAnswers? = nil
  ) {
    self.hosts = hosts
    self.files = files
    self.version = version
    self.limits = limits
  }

  /// The place of a file in the configuration.
  public enum Place: Hashable, Sendable {
    /// The file is a whole configuration, like `nginx.conf`.
    case main
    /// The file is included in `http { }` or `stream { }`, like most files in `conf.d`.
    case inside(NginxContext)
  }

  /// Reads the upstreams of a file and of what it includes.
  ///
  /// As in nginx, relative paths in `include` start from the directory of this file, even in files
  /// that it includes.
  ///
  /// - Throws: `ConfigurationError` if the structure of a file is wrong, the first file cannot be read, a
  ///   file includes itself, or the configuration is larger than the limits. Bad upstreams and included
  ///   files that cannot be read are in ``NginxReading/problems`` instead.
  public func upstreams(in file: String, place: Place = .main) throws(ConfigurationError)
    -> NginxReading
  {
    var walk = NginxWalk(reader: self, main: file)
    return try walk.read(place)
  }
}

/// The upstreams of a configuration.
public struct NginxReading: Hashable, Sendable {
  /// The upstreams in their order.
  public let upstreams: [NginxUpstreamBlock]
  /// The `split_clients` blocks in their order.
  public let splits: [NginxSplitBlock]
  /// What nginx would report, in its order.
  public let problems: [ConfigurationProblem]
  /// The files that were read, in their order.
  ///
  /// A file is listed each time it is included.
  public let files: [NginxSyntaxTree]
  /// The patterns in `include` that no file matches, in places where upstreams are allowed.
  public let unmatched: [UnmatchedInclude]

  /// Whether nginx accepts the upstreams: all problems are warnings.
  public var isAccepted: Bool { problems.allSatisfy { $0.severity == .warning } }
}
