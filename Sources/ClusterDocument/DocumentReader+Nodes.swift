internal import ConsistentHashing
internal import YAMLReading

extension DocumentReader {
  /// Nodes, and their slots if the document gives any.
  struct NodeList {
    private(set) var nodes: [Node] = []
    /// The slots of each node; nil if no node gives slots.
    private(set) var slots: [[Int]]?

    mutating func append(_ node: Node, slots given: [Int]?) {
      if given != nil, slots == nil { slots = Array(repeating: [], count: nodes.count) }
      slots?.append(given ?? [])
      nodes.append(node)
    }
  }

  mutating func nodes() throws(DocumentError) -> NodeList {
    let start = try events.next()
    guard case .sequenceStart = start.kind else {
      try refuseAlias(start)
      throw error(start.location, "'nodes' is not a list", "start each node with '- '")
    }
    var list = NodeList()
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { return list }
      places.addNode(at: event.location)
      let (node, slots) = try node(event, number: list.nodes.count + 1)
      list.append(node, slots: slots)
    }
  }

  private func node(_ start: YAMLEvent, number: Int) throws(DocumentError) -> (Node, [Int]?) {
    // A bare text is an address.
    if case .scalar = start.kind {
      return (Node(address: try scalar(start, "node \(number)").text), nil)
    }
    try requireMapping(start, "node \(number)")
    var id: NodeID?
    var address: String?
    var weight: Double?
    var zone: String?
    var state = Node.State.up
    var slots: SlotList?
    var properties: [String: String] = [:]
    var names = FieldNames(owner: "node", number: number, known: nodeFields)
    while let field = try nextField(&names) {
      switch field.name {
      case "id": id = NodeID(try value(of: "the id", number).text)
      case "address": address = try value(of: "the address", number).text
      case "weight": weight = try self.weight(number)
      case "zone": zone = try value(of: "the zone", number).text
      case "state": state = try self.state(number)
      case "slots": slots = try self.slots(number)
      case "properties":
        for (name, value) in try texts("'properties' of node", "the property", of: number) {
          try set(name, value, in: &properties, number)
        }
      default:
        let value = try value(of: "the \(field.name)", number)
        try set(field.name, (value.text, field.location), in: &properties, number)
      }
    }
    guard let address else {
      throw error(
        start.location, "node \(number) has no address", "write { address: host:port }")
    }
    // Only a drained node may own no slot.
    if let slots, slots.numbers.isEmpty, weight != 0 {
      throw error(slots.location, "node \(number) has an empty list of slots", Self.slotsRemedy)
    }
    let node = Node(
      id: id, address: address, weight: weight ?? slots.map { Double($0.numbers.count) } ?? 1,
      zone: zone, state: state, properties: properties)
    return (node, slots?.numbers)
  }

  /// Sets a property that may be given as a field and under `properties`, but not both.
  private func set(
    _ name: String, _ value: LocatedText, in properties: inout [String: String], _ number: Int
  ) throws(DocumentError) {
    guard properties.updateValue(value.text, forKey: name) != nil else { return }
    throw error(value.location, "node \(number) has the property \(quoted(name)) twice", "keep one")
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

  // MARK: Slots

  private struct SlotList {
    let numbers: [Int]
    let location: DocumentError.Location
  }

  private static let slotsRemedy = "write slots: [0, 5]"

  private func slots(_ number: Int) throws(DocumentError) -> SlotList {
    let start = try events.next()
    guard case .sequenceStart = start.kind else {
      try refuseAlias(start)
      throw error(start.location, "the slots of node \(number) are not a list", Self.slotsRemedy)
    }
    var slots: [Int] = []
    while true {
      let event = try events.next()
      if case .sequenceEnd = event.kind { break }
      let value = try scalar(event, "a slot of node \(number)")
      guard let slot = Int(value.text) else {
        throw error(
          event.location, "the slot \(quoted(value.text)) of node \(number) is not a whole number",
          Self.slotsRemedy)
      }
      slots.append(slot)
    }
    return SlotList(numbers: slots, location: start.location)
  }
}
