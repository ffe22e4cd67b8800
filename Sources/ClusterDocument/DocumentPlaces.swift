internal import ConsistentHashing

/// The places of the parts of a cluster in its document.
struct DocumentPlaces: Sendable {
  private var parts: [ClusterError.Subject: DocumentError.Location] = [:]

  /// Line and column of each node, in eight bytes; documents may list a million.
  private var nodes: [(line: UInt32, column: UInt32)] = []

  /// Adds the place of the next node.
  mutating func addNode(at location: DocumentError.Location) {
    nodes.append((UInt32(clamping: location.line), UInt32(clamping: location.column)))
  }

  subscript(subject: ClusterError.Subject) -> DocumentError.Location? {
    get {
      guard case .node(let index) = subject else { return parts[subject] }
      guard nodes.indices.contains(index) else { return nil }
      return DocumentError.Location(line: Int(nodes[index].line), column: Int(nodes[index].column))
    }
    set {
      parts[subject] = newValue
    }
  }
}
