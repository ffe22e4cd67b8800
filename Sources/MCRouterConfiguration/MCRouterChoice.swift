internal import Configurations
internal import YAMLReading

/// A place in the tree of routes at which a key decides which server is asked.
struct MCRouterChoice {
  /// The type of the route: `PoolRoute` or `HashRoute`.
  let type: String
  /// Where it stands in the tree, such as `route.children[1]`.
  let path: String
  let position: YAMLPosition
  /// The pools whose servers it picks among, one after the other.
  var pools: [String]
  var hash: MCRouterHash
  /// The types of the routes above, from the outermost.
  let above: [String]
  /// What it picks among besides servers; nil if nothing.
  var otherChild: String?

  /// What makes two places in the tree the same choice.
  var signature: String { pools.joined(separator: "\u{3}") + "\u{4}" + hash.signature }
}
