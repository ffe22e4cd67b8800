import ConsistentHashing
import Yams

extension ClusterDocument {
  /// Reads a document, strictly: unknown and repeated fields are errors.
  ///
  /// - Parameters:
  ///   - text: The YAML text.
  ///   - file: Its name, for messages.
  /// - Throws: ``DocumentError`` with the line of the first mistake.
  public init(yaml text: String, file: String) throws(DocumentError) {
    var reader = DocumentReader(file: file)
    let root = try reader.root(of: text)
    cluster = try reader.cluster(root)
    self.file = file
    locations = reader.locations
  }
}

/// Walks the composed YAML nodes and remembers where the parts of the cluster stand.
private struct DocumentReader {
  let file: String
  var locations: [ClusterError.Subject: DocumentError.Location] = [:]

  init(file: String) {
    self.file = file
  }

  func root(of text: String) throws(DocumentError) -> Yams.Node {
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw syntaxError(error)
    }
    guard let root else {
      throw DocumentError(
        file: file, location: nil, problem: "the document is empty",
        remedy: "write at least 'nodes:' with one address")
    }
    return root
  }

  mutating func cluster(_ root: Yams.Node) throws(DocumentError) -> Cluster {
    let fields = try fields(
      of: root, called: "the document",
      known: [
        "name", "algorithm", "key", "options", "nodes",
      ])
    locations[.cluster] = location(root)
    var name = "cluster"
    if let field = fields["name"] {
      name = try text(field, of: "name")
      locations[.name] = location(field)
    }
    var algorithm = "ketama"
    if let field = fields["algorithm"] {
      algorithm = try text(field, of: "algorithm")
      locations[.algorithm] = location(field)
    }
    var key: KeySource?
    if let field = fields["key"] {
      let text = try text(field, of: "key")
      locations[.key] = location(field)
      key = KeySource(text)
      if key == nil {
        throw error(at: field, "the key \(quoted(text)) is none I know", "write \(KeySource.forms)")
      }
    }
    var options: [String: String] = [:]
    if let field = fields["options"] {
      for (name, value) in try self.fields(of: field, called: "options", known: nil) {
        options[name] = try text(value, of: "the option \(name)")
        locations[.option(name)] = location(value)
      }
    }
    guard let field = fields["nodes"] else {
      throw error(at: root, "the document has no 'nodes'", "list them: nodes: [{ address: … }]")
    }
    guard case .sequence(let items) = field else {
      throw error(at: field, "'nodes' is not a list", "start each node with '- '")
    }
    var nodes: [ConsistentHashing.Node] = []
    nodes.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      locations[.node(index)] = location(item)
      nodes.append(try node(item, number: index + 1))
    }
    do {
      return try Cluster(
        name: name, nodes: nodes, algorithm: algorithm, key: key, options: options)
    } catch {
      let place = locations[error.subject] ?? location(field)
      throw DocumentError(
        file: file, location: place, problem: error.problem, remedy: error.remedy)
    }
  }

  private func node(_ item: Yams.Node, number: Int) throws(DocumentError) -> ConsistentHashing.Node
  {
    // A bare text is an address.
    if case .scalar(let scalar) = item {
      return ConsistentHashing.Node(address: scalar.string)
    }
    let name = "node \(number)"
    let fields = try fields(
      of: item, called: name,
      known: [
        "id", "address", "weight", "zone", "state", "slots",
      ])
    guard let address = fields["address"] else {
      throw error(at: item, "\(name) has no address", "write { address: host:port }")
    }
    var id: NodeID?
    if let field = fields["id"] { id = NodeID(try text(field, of: "the id of \(name)")) }
    var weight: Double?
    if let field = fields["weight"] {
      let text = try text(field, of: "the weight of \(name)")
      weight = Double(text)
      if weight == nil {
        throw error(
          at: field, "the weight \(quoted(text)) of \(name) is not a number", "write 1, 2 or 0.5")
      }
    }
    var zone: String?
    if let field = fields["zone"] { zone = try text(field, of: "the zone of \(name)") }
    var state = ConsistentHashing.Node.State.up
    if let field = fields["state"] {
      let text = try text(field, of: "the state of \(name)")
      guard let known = ConsistentHashing.Node.State(rawValue: text) else {
        throw error(
          at: field, "the state \(quoted(text)) of \(name) is none I know",
          "write " + ConsistentHashing.Node.State.allCases.map(\.rawValue).joined(separator: ", "))
      }
      state = known
    }
    var slots: [Int] = []
    if let field = fields["slots"] { slots = try self.slots(field, of: name) }
    return ConsistentHashing.Node(
      id: id, address: try text(address, of: "the address of \(name)"), weight: weight, zone: zone,
      state: state, slots: slots)
  }

  private func slots(_ field: Yams.Node, of name: String) throws(DocumentError) -> [Int] {
    guard case .sequence(let items) = field, !items.isEmpty else {
      throw error(at: field, "the slots of \(name) are not a list", "write slots: [0, 5]")
    }
    var slots: [Int] = []
    for item in items {
      let text = try text(item, of: "a slot of \(name)")
      guard let slot = Int(text) else {
        throw error(
          at: item, "the slot \(quoted(text)) of \(name) is not a number", "write slots: [0, 5]")
      }
      slots.append(slot)
    }
    return slots
  }

  private func fields(of node: Yams.Node, called name: String, known: [String]?)
    throws(DocumentError) -> [String: Yams.Node]
  {
    guard case .mapping(let mapping) = node else {
      throw error(at: node, "\(name) is not a list of 'field: value'", "write 'field: value' lines")
    }
    var fields: [String: Yams.Node] = [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        throw error(at: key, "\(name) has a field whose name is not a text", "use a plain name")
      }
      if let known, !known.contains(scalar.string) {
        throw error(
          at: key, "\(name) has an unknown field \(quoted(scalar.string))",
          "fields are " + known.joined(separator: ", "))
      }
      guard fields.updateValue(value, forKey: scalar.string) == nil else {
        throw error(at: key, "\(name) has the field \(quoted(scalar.string)) twice", "keep one")
      }
    }
    return fields
  }

  private func text(_ node: Yams.Node, of name: String) throws(DocumentError) -> String {
    guard case .scalar(let scalar) = node else {
      throw error(at: node, "\(name) is not a single value", "write one text or number")
    }
    return scalar.string
  }

  private func error(at node: Yams.Node, _ problem: String, _ remedy: String) -> DocumentError {
    DocumentError(file: file, location: location(node), problem: problem, remedy: remedy)
  }

  private func location(_ node: Yams.Node) -> DocumentError.Location? {
    node.mark.map { DocumentError.Location(line: $0.line, column: $0.column) }
  }

  private func syntaxError(_ error: any Error) -> DocumentError {
    func at(_ mark: Mark?, _ problem: String) -> DocumentError {
      DocumentError(
        file: file,
        location: mark.map { DocumentError.Location(line: $0.line, column: $0.column) },
        problem: "this is not YAML: \(problem)", remedy: "mend the syntax")
    }
    guard let error = error as? YamlError else { return at(nil, "\(error)") }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return at(mark, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      return DocumentError(
        file: file,
        location: DocumentError.Location(line: context.mark.line, column: context.mark.column),
        problem: "the field \(quoted(duplicates.first ?? "")) stands twice", remedy: "keep one")
    case .reader(let problem, _, _, _):
      return at(nil, problem)
    default:
      return at(nil, "it cannot be read")
    }
  }
}
