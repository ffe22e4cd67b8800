internal import ConsistentHashing

/// The places of a list, for systems that take a place for the identity of a server.
///
/// A server that is down keeps its place.
struct PlaceList: Sendable {
  /// The position of the node at each place; −1 if the node is down.
  private let indices: [Int32]

  /// Lists the nodes that the system lists, in their order.
  init(_ nodes: [Node], where isListed: (Node) -> Bool = \.isMember) {
    indices = nodes.indices.filter { isListed(nodes[$0]) }
      .map { nodes[$0].state == .down ? -1 : Int32(truncatingIfNeeded: $0) }
  }

  /// The number of places.
  var count: Int { indices.count }

  /// Whether a place has a node that is down.
  var someAreDown: Bool { indices.contains(-1) }

  /// The position of the node at a place; nil if it is down.
  subscript(place: Int) -> Int? {
    let index = indices[place]
    return index < 0 ? nil : Int(index)
  }

  /// Who takes the keys of a place.
  func owner(_ place: Int) -> KeySpace.Owner {
    self[place].map { .node($0) } ?? .state
  }

  /// All keys where there is one place; otherwise the shares of the nodes, given those of the places.
  ///
  /// - Parameters:
  ///   - domain: The values of the hash.
  ///   - nodeCount: The number of nodes.
  ///   - shares: The share of each place, whether its node is down or not.
  func form(_ domain: HashDomain, nodeCount: Int, shares: [Double]) -> KeySpace.Form {
    if let whole = singlePlace(domain) { return whole }
    var nodes = [Double](repeating: 0, count: nodeCount)
    for (place, share) in shares.enumerated() {
      if let index = self[place] { nodes[index] = share }
    }
    return .shares(nodes)
  }

  /// One interval of all hashes if there is only one place.
  func singlePlace(_ domain: HashDomain) -> KeySpace.Form? {
    count == 1 ? .whole(domain, owner(0)) : nil
  }
}
