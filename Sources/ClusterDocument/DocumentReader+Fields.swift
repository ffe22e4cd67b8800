internal import ConsistentHashing
internal import YAMLReading

extension DocumentReader {
  /// The fields of one mapping: which names it may have, and which it has had.
  struct FieldNames {
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

    /// The owner of the fields, for messages.
    var title: String { number.map { "\(owner) \($0)" } ?? owner }

    /// Whether a name has not been seen before; nil if the mapping has no such field.
    mutating func isNew(_ name: String) -> Bool? {
      guard let known else { return seenOthers.insert(NodeID(name)).inserted }
      guard let place = known.firstIndex(of: name) else { return nil }
      defer { isSeen[place] = true }
      return !isSeen[place]
    }
  }

  /// A name or a value with its place.
  typealias LocatedText = (text: String, location: DocumentError.Location)

  /// The next name of a mapping; nil at its end.
  func nextField(_ names: inout FieldNames) throws(DocumentError)
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

  /// Reads a mapping of any names to texts.
  ///
  /// - Parameters:
  ///   - owner: The name of the mapping, for messages.
  ///   - kind: What each field is, for messages.
  ///   - number: The number of the node that has the mapping, if a node has it.
  func texts(_ owner: String, _ kind: String, of number: Int? = nil) throws(DocumentError)
    -> [(name: String, value: LocatedText)]
  {
    var names = FieldNames(owner: owner, number: number, known: nil)
    try requireMapping(try events.next(), names.title)
    let suffix = number.map { " of node \($0)" } ?? ""
    var texts: [(name: String, value: LocatedText)] = []
    while let field = try nextField(&names) {
      let value = try value(of: "\(kind) \(quoted(field.name))\(suffix)")
      texts.append((field.name, value))
    }
    return texts
  }

  func requireMapping(_ event: YAMLEvent, _ name: String) throws(DocumentError) {
    if case .mappingStart = event.kind { return }
    try refuseAlias(event)
    throw error(event.location, "\(name) is not a list of fields", "write 'field: value'")
  }

  func value(of name: String) throws(DocumentError) -> LocatedText {
    try scalar(try events.next(), name)
  }

  func value(of field: String, _ number: Int) throws(DocumentError) -> LocatedText {
    let event = try events.next()
    // The name for messages is built only if it is needed. This runs for every field of every node.
    if case .scalar(let text, let isPlain) = event.kind, !isNull(text, isPlain) {
      return (text, event.location)
    }
    return try scalar(event, "\(field) of node \(number)")
  }

  func scalar(_ event: YAMLEvent, _ name: String) throws(DocumentError) -> LocatedText {
    guard case .scalar(let text, let isPlain) = event.kind else {
      try refuseAlias(event)
      throw error(event.location, "\(name) is not a single value", "write one text or number")
    }
    guard !isNull(text, isPlain) else {
      throw error(
        event.location, "\(name) has no value",
        text.isEmpty
          ? "give it one, or leave it out" : "put it in quotes if it is a text, or leave it out")
    }
    return (text, event.location)
  }

  /// Whether a scalar is null in YAML.
  func isNull(_ text: String, _ isPlain: Bool) -> Bool {
    YAMLEvent.Kind.isNull(text, isPlain: isPlain)
  }

  func refuseAlias(_ event: YAMLEvent) throws(DocumentError) {
    guard case .alias = event.kind else { return }
    throw error(
      event.location, "this is an alias, and cluster documents have no aliases",
      "write the value itself")
  }

  func error(
    _ location: DocumentError.Location, _ problem: String, _ remedy: String
  ) -> DocumentError {
    DocumentError(
      file: file, location: location, problem: problem, remedy: remedy)
  }
}
