internal import ConsistentHashing
internal import YAMLReading

/// Reads a placed cluster from YAML events and remembers the places of its parts.
///
/// Follows the events and goes no deeper than a document may. Neither nesting nor size costs more than
/// the cluster itself.
struct DocumentReader {
  let events: DocumentEvents
  let file: String
  /// The fields of a node: those that every node may have, then the properties that rules read.
  let nodeFields: [String]
  var places = DocumentPlaces()

  /// The fields of a document.
  static let documentFields = [
    "name", "algorithm", "key", "session", "options", "nodes", "slots", "properties",
    "repeatedAddresses",
    "version",
  ]

  /// The fields that every node may have.
  static let standardNodeFields = [
    "id", "address", "weight", "zone", "state", "slots", "properties",
  ]

  init(events: DocumentEvents, file: String, properties: [String]) {
    self.events = events
    self.file = file
    nodeFields = Self.standardNodeFields + properties
  }

  /// Reads the one document of a stream.
  mutating func document() throws(DocumentError) -> PlacedCluster {
    var event = try events.next()
    while case .other = event.kind { event = try events.next() }
    guard case .documentStart = event.kind else { throw emptyDocument() }
    event = try events.next()
    if case .scalar(let text, let isPlain) = event.kind, isNull(text, isPlain) {
      throw emptyDocument()
    }
    let placed = try placedCluster(event)
    _ = try events.next()
    event = try events.next()
    guard case .streamEnd = event.kind else {
      throw error(
        event.location, "a second document begins here", "keep one cluster in each file")
    }
    return placed
  }

  private func emptyDocument() -> DocumentError {
    DocumentError(
      file: file, location: nil, problem: "the document is empty",
      remedy: "write at least 'nodes:' with one address")
  }

  // MARK: The fields of the document

  /// The membership as it is read, before it is checked.
  private struct Membership {
    var name = "cluster"
    var nodes: NodeList?
    var slotCount: Int?
    var slotCountLocation: DocumentError.Location?
    var properties: [String: String] = [:]
    var allowsRepeatedAddresses = false
  }

  private mutating func placedCluster(_ start: YAMLEvent) throws(DocumentError) -> PlacedCluster {
    try requireMapping(start, "the document")
    var membership = Membership()
    var placement = Placement()
    var session: (affinity: SessionAffinity, location: DocumentError.Location)?
    places[.cluster] = start.location
    var names = FieldNames(owner: "the document", known: Self.documentFields)
    while let field = try nextField(&names) {
      switch field.name {
      case "version":
        try readVersion()
      case "name":
        membership.name = try text(of: "name", at: .name)
      case "algorithm":
        placement.rule = try text(of: "algorithm", at: .algorithm)
      case "key":
        placement.key = try keySource()
      case "session":
        session = (try affinity(), field.location)
      case "options":
        placement.options = try options()
      case "slots":
        (membership.slotCount, membership.slotCountLocation) = try slotCount()
      case "properties":
        for (name, value) in try texts("'properties'", "the property") {
          membership.properties[name] = value.text
        }
      case "repeatedAddresses":
        membership.allowsRepeatedAddresses = try repeatedAddresses()
      default:
        // An error about the cluster as a whole is reported at its list of nodes.
        places[.cluster] = field.location
        membership.nodes = try nodes()
      }
    }
    if let session {
      guard case .session? = placement.key else {
        throw error(
          session.location, "the document has settings of a session, and its key is no session",
          "write key: session, or leave 'session' out")
      }
      placement.key = .session(session.affinity)
    }
    try takeSlots(outOf: &placement.options, for: &membership)
    return PlacedCluster(try cluster(membership, start: start.location), placement)
  }

  /// Takes the number of slots that is given as an option, the older place for it.
  private func takeSlots(
    outOf options: inout [String: String], for membership: inout Membership
  ) throws(DocumentError) {
    guard let text = options.removeValue(forKey: "slots"),
      let location = places[.option("slots")]
    else { return }
    guard membership.slotCount == nil else {
      throw error(
        location, "the number of slots is given twice", "keep the one beside the nodes: slots: 9")
    }
    membership.slotCount = try slotCount(text, location)
    membership.slotCountLocation = location
  }

  private mutating func cluster(_ membership: Membership, start: DocumentError.Location)
    throws(DocumentError) -> Cluster
  {
    guard let list = membership.nodes else {
      throw error(
        start, "the document has no 'nodes'", "list them: nodes: [{ address: host:port }]")
    }
    do {
      let cluster = try Cluster(
        name: membership.name, nodes: list.nodes, slots: list.slots,
        slotCount: membership.slotCount, properties: membership.properties,
        allowsRepeatedAddresses: membership.allowsRepeatedAddresses)
      places[.option("slots")] = membership.slotCountLocation
      return cluster
    } catch {
      // Only the number of slots is an option of the cluster itself.
      let location =
        error.subject == .option("slots") ? membership.slotCountLocation : places[error.subject]
      throw DocumentError(
        file: file, location: location ?? places[.cluster], problem: error.problem,
        remedy: error.remedy)
    }
  }

  private func readVersion() throws(DocumentError) {
    let value = try value(of: "the version")
    guard let version = Int(value.text), version >= 1 else {
      throw error(
        value.location, "there is no version \(quoted(value.text))",
        "write version: \(FormatVersion.current), or leave it out")
    }
    guard version <= FormatVersion.current else {
      throw error(
        value.location,
        "the document has the version \(version), but this release reads up to "
          + "\(FormatVersion.current)",
        "use a newer release, or write the document with this one")
    }
  }

  private mutating func text(of name: String, at subject: ClusterError.Subject)
    throws(DocumentError) -> String
  {
    let value = try value(of: name)
    places[subject] = value.location
    return value.text
  }

  /// The settings of a session.
  private mutating func affinity() throws(DocumentError) -> SessionAffinity {
    let known = SessionAffinity.Field.allCases
    var names = FieldNames(owner: "'session'", known: known.map(\.rawValue))
    try requireMapping(try events.next(), names.title)
    var texts: [SessionAffinity.Field: String] = [:]
    while let field = try nextField(&names) {
      let value = try value(of: "\(field.name) of the session")
      guard let name = SessionAffinity.Field(rawValue: field.name) else { continue }
      places[name.subject] = value.location
      texts[name] = value.text
    }
    do throws(ClusterError) {
      return try SessionAffinity(texts)
    } catch {
      throw DocumentError(
        file: file, location: places[error.subject], problem: error.problem, remedy: error.remedy)
    }
  }

  private mutating func options() throws(DocumentError) -> [String: String] {
    var options: [String: String] = [:]
    for (name, value) in try texts("options", "the option") {
      places[.option(name)] = value.location
      options[name] = value.text
    }
    return options
  }

  private func slotCount() throws(DocumentError) -> (Int, DocumentError.Location) {
    let value = try value(of: "the number of slots")
    return (try slotCount(value.text, value.location), value.location)
  }

  private func slotCount(_ text: String, _ location: DocumentError.Location)
    throws(DocumentError) -> Int
  {
    guard let count = Int(text) else {
      throw error(
        location, "the number of slots \(quoted(text)) is not a whole number", "write slots: 9")
    }
    return count
  }

  private func repeatedAddresses() throws(DocumentError) -> Bool {
    let value = try value(of: "repeatedAddresses")
    switch value.text {
    case "true": return true
    case "false": return false
    default:
      throw error(
        value.location, "repeatedAddresses cannot be \(quoted(value.text))", "write true or false")
    }
  }
}
