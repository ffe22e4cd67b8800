/// Reads the upstreams of a configuration, and says what nginx would say about them.
///
/// Only `upstream` blocks are judged, and the structure around them; other directives are kept and
/// passed over. Not judged is what only a running nginx knows: whether a host name resolves, and
/// whether a variable exists. Where a file has several mistakes, nginx stops at the first;
/// this reader checks the structure of a file before its directives, and then names them all.
///
/// ```swift
/// let reading = try NginxReader(files: files).upstreams(in: "/etc/nginx/nginx.conf")
/// for problem in reading.problems { print(problem) }
/// ```
public struct NginxReader: Sendable {
  /// Where the files come from.
  public let files: NginxFiles
  /// The version whose rules count.
  public let version: NginxVersion
  /// How much is read at most.
  public let limits: NginxLimits

  /// Creates a reader.
  public init(
    files: NginxFiles, version: NginxVersion = .newest, limits: NginxLimits = .standard
  ) {
    self.files = files
    self.version = version
    self.limits = limits
  }

  /// Where the text of a file stands.
  public enum Place: Hashable, Sendable {
    /// It is a whole configuration, like `nginx.conf`.
    case main
    /// It is included in `http { }` or `stream { }`, like most files in `conf.d`.
    case inside(NginxContext)
  }

  /// Reads the upstreams of a file and of what it includes.
  ///
  /// As in nginx, relative paths in `include` count from the directory of this file, also in files
  /// that it includes.
  ///
  /// - Throws: ``NginxSyntaxError`` if a file is no configuration, the first cannot be read, one
  ///   includes itself, or there is more than the limits allow. A bad upstream is no error, nor is a
  ///   file that is included and cannot be read: see ``NginxReading/problems``.
  public func upstreams(in file: String, place: Place = .main) throws(NginxSyntaxError)
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
  /// What nginx would say about them, in the order in which it would.
  public let problems: [NginxProblem]
  /// The files that were read, in their order, one for each time it was included.
  public let files: [NginxSyntaxTree]
  /// The patterns in `include`, where upstreams may stand, that no file matches.
  ///
  /// nginx says nothing of them; on another machine than the one the configuration is for, they are why
  /// upstreams are missing.
  public let unmatched: [NginxUnmatchedInclude]

  /// Whether nginx takes the upstreams: all problems are warnings.
  public var isAccepted: Bool { problems.allSatisfy { $0.severity == .warning } }
}

/// An `include` whose pattern no file matches.
public struct NginxUnmatchedInclude: Hashable, Sendable {
  /// The pattern, from the directory of the main file.
  public let pattern: String
  /// Where.
  public let location: NginxLocation
}
