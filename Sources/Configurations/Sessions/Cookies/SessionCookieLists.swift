package import ConsistentHashing
internal import ProxyProfiles

/// The lists of servers that a cookie of sessions may name, with their selectors.
package struct SessionCookieLists: Sendable {
  private let present: String
  private let earlier: [String: Earlier]

  private struct Earlier {
    let selector: any NodeSelector
    let positions: [Int?]
    let until: Int
  }

  /// What the name of a list says.
  struct Finding {
    /// What the list is.
    let meaning: String
    /// The server on which the list places the id: its position, if it is a node of the cluster.
    let server: Int?
  }

  /// Prepares for the lists of a cluster.
  ///
  /// - Parameters:
  ///   - placed: The cluster.
  ///   - history: Its earlier lists.
  ///   - secret: What names are made with.
  /// - Throws: ``EmissionError`` if a list has no selector.
  package init(_ placed: PlacedCluster, history: ListHistory, secret: String?) throws(EmissionError)
  {
    let tokens = try ListTokens(placed, history: history, secret: secret)
    var positions: [NodeID: Int] = [:]
    for (position, node) in placed.nodes.enumerated() { positions[node.id] = position }
    var earlier: [String: Earlier] = [:]
    do throws(ClusterError) {
      for list in tokens.earlier {
        earlier[list.token] = Earlier(
          selector: try RuleCatalogue.all.selector(for: list.placed),
          positions: list.placed.nodes.map { positions[$0.id] }, until: list.until)
      }
    } catch {
      throw EmissionError(.unknownRule, error.subject, error.problem, remedy: error.remedy)
    }
    present = tokens.present
    self.earlier = earlier
  }

  /// Finds the list of a name; nil if nobody knows it.
  ///
  /// - Parameters:
  ///   - id: The id of the session.
  ///   - hashed: Where the present list places it.
  func finding(_ name: String, id: [UInt8], hashed: Int?) -> Finding? {
    if name == present { return Finding(meaning: "the present list", server: hashed) }
    guard let list = earlier[name] else { return nil }
    return Finding(
      meaning: "the list until \(utcText(list.until))",
      server: list.selector.index(for: String(decoding: id, as: UTF8.self)).flatMap {
        list.positions[$0]
      })
  }
}
