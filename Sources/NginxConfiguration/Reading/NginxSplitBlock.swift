public import Configurations

/// A `split_clients` block as it was read.
public struct NginxSplitBlock: Hashable, Sendable {
  /// The variable that the block sets, without its `$`.
  public let variable: String
  /// The context of the block.
  public let context: NginxContext
  /// The key that is hashed.
  ///
  /// Nil if nginx rejects it.
  public internal(set) var key: NginxKey?
  /// The parts in their order.
  public internal(set) var parts: [NginxSplitLine] = []
  /// Whether a later block sets the same variable, so that this one has no effect.
  public internal(set) var isReplaced = false
  /// Whether nginx gives the last part what parts of exactly 100 % leave over (1.31.2).
  public internal(set) var givesRemainderToLast = false
  /// Where the block is.
  ///
  /// The line is the one of its `{`.
  public let location: ConfigurationLocation
  /// The range of the block in its file.
  public let range: Range<Int>
  /// The position of the block among all blocks with servers, as nginx reads them.
  var order = 0
  /// The first problem for which nginx rejects the block.
  public internal(set) var flaw: ConfigurationProblem?

  init(
    variable: String, context: NginxContext, location: ConfigurationLocation, range: Range<Int>
  ) {
    self.variable = variable
    self.context = context
    self.location = location
    self.range = range
  }
}

/// A line of a `split_clients` block: `50% value;`.
public struct NginxSplitLine: Hashable, Sendable {
  /// The percentage as written, or `*`.
  public let percent: String
  /// The value that the variable gets.
  ///
  /// Nil if the line has none.
  public let value: String?
  /// Where the line is.
  public let location: ConfigurationLocation
}
