internal import ConsistentHashing

/// Reads a cluster from YAML events and remembers where its parts stand.
///
/// Goes along with the events and never deeper than the document may be, so neither nesting nor size
/// costs more than the cluster itself.
struct DocumentReader {
  let events: YAMLEvents
  let file: String
  /// Names of node properties that may stand beside the fields that all nodes have.
  let properties: [String]
  private(set) var places = DocumentPlaces()

  init(events: YAMLEvents, file: String, properties: [String]) {
    self.events = events
    self.file = file
    self.properties = properties
  }

  /// Reads the one document of a stream.
  mutating func document() throws(DocumentError) -> Cluster {
    var event = try events.next()
    while case .other = event.kind { event = try events.next() }
    guard case .documentStart = event.kind else { throw emptyDocument() }
    event = try events.next()
    if case .scalar(let text, let isPlain) = event.kind, isNothing(text, isPlain) {
      throw emptyDocument()
    }
    let cluster = try cluster(event)
    _ = try events.next()
    event = try events.next()
    guard case .streamEnd = event.kind else {
      throw error(
        event.location, "a second document begins here", "keep one cluster in each file")
    }
    return cluster
  }

  private func emptyDocument() -> DocumentError {
    DocumentError(
      file: file, location: nil, problem: "the document is empty",
      remedy: "write at least 'nodes:' with one address")
  }

  // MARK: The cluster

  private mutating func cluster(_ start: YAMLEvent) throws(DocumentError) -> Cluster {
    try requireMapping(start, "the document")
    var name = "cluster"
    var algorithm = "ketama"
    var key: KeySource?
    var options: [String: String] = [:]
    var nodes: [Node]?
    places[.cluster] = start.location
    var names = FieldNames(
      owner: "the document", known: ["name", "algorithm", "key", "options", "nodes"])
    while let field = try nextField(&names) {
      switch field.name {
      case "name":
        name = try text(of: "name", at: .name)
      case "algorithm":
        algorithm = try text(of: "algorithm", at: .algorithm)
      case "key":
        key = try keySource()
      case "options":
        options = try self.options()
      default:
        // What is wrong with the cluster as a whole is wrong with its list of nodes.
        places[.cluster] = field.location
        nodes = try self.nodes()
      }
    }
    guard let nodes else {
      throw error(
        start.location, "the document has no 'nodes'", "list them: nodes: [{ address: host:port }]")
    }
    do {
      return try Cluster(
        name: name, nodes: nodes, algorithm: algorithm, key: key, options: options)
    } catch {
      throw DocumentError(
        file: file, location: places[error.subject] ?? places[.cluster], problem: error.problem,
        remedy: error.remedy)
    }
  }

  private mutating func text(of name: String, at subject: ClusterError.Subject)
    throws(DocumentError) -> String
  {
    let value = try value(of: name)
    places[subject] = value.location
    return value.text
  }

  private mutating func keySource() throws(DocumentError) -> KeySource {
    let value = try value(of: "the key")
    places[.key] = value.location
    guard let key = KeySource(value.text) else {
      throw error(
        value.location, "\(quoted(value.text)) is no place to find a key",
        "write \(KeySource.forms)")
    }
    return key
  }

  private mutating func options() throws(DocumentError) -> [String: String] {
    try requireMapping(try events.next(), "options")
    var options: [String: String] = [:]
    var names = FieldNames(owner: "options", known: nil)
    while let field = try nextField(&names) {
      options[field.name] = try text(
        of: "the option \(quoted(field.name))", at: .option(field.name))
    }
    return options
  }

  // MARK: Nodes

  private mutating func nodes() throws(DocumentError) -> [Node] {
    let start = try events.next()
    guard case .sequenceStart = start.kind else {
      try refuseAlias(start)
      throw error(start.location, "'nodes' is not a list", "start each node with '- '")
    }
    var nodes: [Node] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return nodes }
      places.addNode(at: event.location)
      nodes.append(try node(event, number: nodes.count + 1))
    }
  }

  private func node(_ start: YAMLEvent, number: Int) throws(DocumentError) -> Node {
    // A bare text is an address.
    if case .scalar = start.kind {
      return Node(address: try scalar(start, "node \(number)").text)
    }
    try requireMapping(start, "node \(number)")
    var id: NodeID?
    var address: String?
    var weight: Double?
    var zone: String?
    var state = Node.State.up
    var slots: [Int] = []
    var properties: [String: String] = [:]
    var names = FieldNames(
      owner: "node", number: number,
      known: ["id", "address", "weight", "zone", "state", "slots"] + self.properties)
    while let field = try nextField(&names) {
      switch field.name {
      case "id": id = NodeID(try value(of: "the id", number).text)
      case "address": address = try value(of: "the address", number).text
      case "weight": weight = try self.weight(number)
      case "zone": zone = try value(of: "the zone", number).text
      case "state": state = try self.state(number)
      case "slots": slots = try self.slots(number)
      default: properties[field.name] = try value(of: "the \(field.name)", number).text
      }
    }
    guard let address else {
      throw error(
        start.location, "node \(number) has no address", "write { address: host:port }")
    }
    return Node(
      id: id, address: address, weight: weight, zone: zone, state: state, slots: slots,
      properties: properties)
  }

  private func weight(_ number: Int) throws(DocumentError) -> Double {
    let value = try value(of: "the weight", number)
    guard let weight = Double(value.text) else {
      throw error(
        value.location, "the weight \(quoted(value.text)) of node \(number) is not a number",
        "write 1, 2 or 0.5")
    }
    return weight
  }

  private func state(_ number: Int) throws(DocumentError) -> Node.State {
    let value = try value(of: "the state", number)
    guard let state = Node.State(rawValue: value.text) else {
      let known = Node.State.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(
        value.location, "node \(number) has the unknown state \(quoted(value.text))",
        "write one of \(known)")
    }
    return state
  }

  private func slots(_ number: Int) throws(DocumentError) -> [Int] {
    let start = try events.next()
    let remedy = "write slots: [0, 5]"
    guard case .sequenceStart = start.kind else {
      try refuseAlias(start)
      throw error(start.location, "the slots of node \(number) are not a list", remedy)
    }
    var slots: [Int] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      let value = try scalar(event, "a slot of node \(number)")
      guard let slot = Int(value.text) else {
        throw error(
          event.location, "the slot \(quoted(value.text)) of node \(number) is not a whole number",
          remedy)
      }
      slots.append(slot)
    }
    guard !slots.isEmpty else {
      throw error(start.location, "node \(number) has an empty list of slots", remedy)
    }
    return slots
  }

  // MARK: Pieces

  /// The fields of one mapping: which there may be, and which have been.
  private struct FieldNames {
    let owner: String
    let number: Int?
    let known: [String]?
    private var isSeen: [Bool]
    private var seenOthers: Set<NodeID> = []

    init(owner: String, number: Int? = nil, known: [String]?) {
      self.owner = owner
      self.number = number
      self.known = known
      isSeen = Array(repeating: false, count: known?.count ?? 0)
    }

    /// What has the fields, for messages.
    var title: String { number.map { "\(owner) \($0)" } ?? owner }

    /// Whether a name may stand here; nil if not.
    mutating func isNew(_ name: String) -> Bool? {
      guard let known else { return seenOthers.insert(NodeID(name)).inserted }
      guard let place = known.firstIndex(of: name) else { return nil }
      defer { isSeen[place] = true }
      return !isSeen[place]
    }
  }

  /// The next name of a mapping, at its end nil.
  private func nextField(_ names: inout FieldNames) throws(DocumentError)
    -> (name: String, location: DocumentError.Location)?
  {
    let event = try events.next()
    if case .mappingEnd = event.kind { return nil }
    guard case .scalar(let name, _) = event.kind else {
      throw error(
        event.location, "\(names.title) has a field whose name is not a text", "use a plain name")
    }
    switch names.isNew(name) {
    case true?: return (name, event.location)
    case false?:
      throw error(event.location, "\(names.title) has the field \(quoted(name)) twice", "keep one")
    case nil:
      throw error(
        event.location, "\(names.title) has an unknown field \(quoted(name))",
        "its fields are " + (names.known ?? []).joined(separator: ", "))
    }
  }

  private func requireMapping(_ event: YAMLEvent, _ name: String) throws(DocumentError) {
    if case .mappingStart = event.kind { return }
    try refuseAlias(event)
    throw error(event.location, "\(name) is no list of fields", "write 'field: value'")
  }

  private func value(of name: String) throws(DocumentError)
    -> (text: String, location: DocumentError.Location)
  {
    try scalar(try events.next(), name)
  }

  private func value(of field: String, _ number: Int) throws(DocumentError)
    -> (text: String, location: DocumentError.Location)
  {
    let event = try events.next()
    // The name is put together only if it is needed; this runs for every field of every node.
    if case .scalar(let text, let isPlain) = event.kind, !isNothing(text, isPlain) {
      return (text, event.location)
    }
    return try scalar(event, "\(field) of node \(number)")
  }

  private func scalar(_ event: YAMLEvent, _ name: String) throws(DocumentError)
    -> (text: String, location: DocumentError.Location)
  {
    guard case .scalar(let text, let isPlain) = event.kind else {
      try refuseAlias(event)
      throw error(event.location, "\(name) is not a single value", "write one text or number")
    }
    guard !isNothing(text, isPlain) else {
      throw error(
        event.location, "\(name) has no value",
        text.isEmpty
          ? "give it one, or leave it out" : "put it in quotes if it is a text, or leave it out")
    }
    return (text, event.location)
  }

  /// What YAML calls null.
  private func isNothing(_ text: String, _ isPlain: Bool) -> Bool {
    isPlain && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
  }

  private func refuseAlias(_ event: YAMLEvent) throws(DocumentError) {
    guard case .alias = event.kind else { return }
    throw error(
      event.location, "this is an alias, which cluster documents do not have",
      "write the value itself")
  }

  private func error(
    _ location: DocumentError.Location, _ problem: String, _ remedy: String
  ) -> DocumentError {
    DocumentError(
      file: file, location: events.inText(location), problem: problem, remedy: remedy)
  }
}
