public import Configurations

/// An `upstream` as it was read.
public struct NginxUpstreamBlock: Hashable, Sendable {
  /// The name, whose case nginx ignores.
  public let name: String
  /// The context of the block.
  ///
  /// An upstream of `http` and one of `stream` may have the same name.
  public let context: NginxContext
  /// How a server is picked.
  ///
  /// If the block names several methods, the last one counts.
  public internal(set) var method = NginxMethod.roundRobin
  /// The servers in their order.
  ///
  /// Servers of an included file come where it is included.
  public internal(set) var servers: [NginxServerLine] = []
  /// `keepalive`: idle connections that each worker keeps.
  ///
  /// Nil if the block has no `keepalive`. nginx then keeps none, and 32 as of 1.29.7.
  public internal(set) var keepalive: Int?
  /// The name of the shared memory, from `zone`.
  public internal(set) var zone: String?
  /// The arguments of `sticky`, which picks the server of known sessions before the method does.
  public internal(set) var sticky: [String]?
  /// The directives besides `server` and the method, as clusters keep them: `zone: "app 64k"`,
  /// `keepalive-timeout: "30s"`.
  ///
  /// A value holds the arguments as nginx would read them again.
  public internal(set) var directives: [String: String] = [:]
  /// Where the block is.
  ///
  /// The line is the one of its `{`.
  public let location: ConfigurationLocation
  /// The range of the block in its file.
  ///
  /// To write another block there, see ``NginxSyntaxTree/replacing(_:with:)``.
  public let range: Range<Int>

  /// The position of the block among all blocks with servers, as nginx reads them.
  var order = 0
  /// The first problem for which nginx rejects the block.
  ///
  /// Servers may be missing then, so there is no ``cluster(hosts:)``.
  public internal(set) var flaw: ConfigurationProblem?

  init(name: String, context: NginxContext, location: ConfigurationLocation, range: Range<Int>) {
    self.name = name
    self.context = context
    self.location = location
    self.range = range
  }
}
