package import ConsistentHashing

/// A cookie whose value is the key: a hash places it, and the value names no server.
package struct HashedCookie: CookieKind {
  private let name: String
  private let selector: any NodeSelector

  /// Prepares for a cookie.
  ///
  /// - Parameters:
  ///   - name: The name of the cookie.
  ///   - selector: The selector of the cluster.
  package init(_ name: String, selector: any NodeSelector) {
    self.name = name
    self.selector = selector
  }

  package var id: String { "key" }
  package var title: String { "the key, cookie:\(name)" }
  package var cookie: String? { name }

  package func reading(of value: [UInt8]) -> CookieReading {
    var reading = CookieReading()
    reading.defect = .hashed
    reading.problem = "the value is the key of the cluster, cookie:\(name)"
    reading.hashed = selector.index(for: value.span)
    guard let place = reading.hashed else {
      reading.consequence = "No server takes the request by its hash."
      return reading
    }
    let node = selector.nodes[place].title
    reading.parts = [.init("key", value, "its hash chooses \(node)")]
    reading.consequence = "The request goes to \(node)."
    return reading
  }
}
