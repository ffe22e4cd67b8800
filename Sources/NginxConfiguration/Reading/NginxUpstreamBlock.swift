/// An `upstream` as it was read.
public struct NginxUpstreamBlock: Hashable, Sendable {
  /// The name, whose case nginx ignores.
  public let name: String
  /// Where it stands: names of `http` and of `stream` do not meet.
  public let context: NginxContext
  /// How a server is picked: the last method that is named.
  public internal(set) var method = NginxMethod.roundRobin
  /// The servers in their order, those of included files where they are included.
  public internal(set) var servers: [NginxServerLine] = []
  /// `keepalive`: idle connections that each worker keeps.
  ///
  /// Nil where none is given; nginx then
  /// keeps none, since 1.29.7 32.
  public internal(set) var keepalive: Int?
  /// The name of the shared memory, from `zone`.
  public internal(set) var zone: String?
  /// The arguments of `sticky`, which picks the server of a known session before the method does.
  public internal(set) var sticky: [String]?
  /// Where it stands; the line is that of its `{`.
  public let location: NginxLocation
  /// The place of the block in its file, to write another in its stead.
  ///
  /// See ``NginxSyntaxTree/replacing(_:with:)``.
  public let range: Range<Int>

  /// The first thing in it that nginx rejects: servers may be missing, so there is no ``cluster()``.
  public internal(set) var flaw: NginxProblem?

  init(name: String, context: NginxContext, location: NginxLocation, range: Range<Int>) {
    self.name = name
    self.context = context
    self.location = location
    self.range = range
  }
}
