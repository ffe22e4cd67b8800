public import ConsistentHashing

extension ClusterDocument {
  /// The document of a placed cluster, which reads as the same value.
  ///
  /// Deterministic: fields come in the order of the guide, options and properties by name. Values that
  /// equal their defaults are left out. So are slots if there are more than
  /// `SlotAssignment.maximumCount`, which no rule takes.
  ///
  /// - Parameters:
  ///   - placed: The cluster and how keys are placed on it.
  ///   - properties: Names of node properties that rules read, as for reading. They are written as
  ///     fields of a node; all others go under `properties`.
  public static func text(of placed: PlacedCluster, properties: [String] = []) -> String {
    let cluster = placed.cluster
    let placement = placed.placement
    let written = cluster.slots.written(for: cluster.nodes)
    var lines = ["name: \(scalar(cluster.name))", "algorithm: \(scalar(placement.rule))"]
    if let key = placement.key { lines.append("key: \(scalar(key.description))") }
    if case .session(let affinity)? = placement.key, affinity != .standard {
      let fields = affinity.texts.map { field($0.field.rawValue, $0.text) }
      lines.append("session: { \(fields.joined(separator: ", ")) }")
    }
    if !placement.options.isEmpty { lines.append("options: \(mapping(placement.options))") }
    if written != .nothing { lines.append("slots: \(cluster.slots.count)") }
    if !cluster.properties.isEmpty { lines.append("properties: \(mapping(cluster.properties))") }
    if cluster.allowsRepeatedAddresses { lines.append("repeatedAddresses: true") }
    lines.append("nodes:")
    let fieldNames = Set(properties).subtracting(DocumentReader.standardNodeFields)
    for (position, node) in cluster.nodes.enumerated() {
      let slots =
        written == .everySlot ? cluster.slots.slots(ofNode: position).flatMap(Array.init) : nil
      let fields = fields(of: node, slots: slots, fieldNames: fieldNames)
      lines.append("  - { " + fields.joined(separator: ", ") + " }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fields(of node: Node, slots: [Int]?, fieldNames: Set<String>) -> [String] {
    var fields: [String] = []
    if node.id != NodeID(node.address) { fields.append("id: \(scalar(node.id.text))") }
    fields.append("address: \(scalar(node.address))")
    // Where only slots are given, their number is the weight; a node without any must be drained.
    if node.weight != slots.map({ Double($0.count) }) ?? 1 || slots?.isEmpty == true {
      let whole = Int(exactly: node.weight).map(String.init)
      fields.append("weight: \(whole ?? "\(node.weight)")")
    }
    if let zone = node.zone { fields.append("zone: \(scalar(zone))") }
    if node.state != .up { fields.append("state: \(node.state.rawValue)") }
    if let slots {
      fields.append("slots: [" + slots.map(String.init).joined(separator: ", ") + "]")
    }
    for (name, value) in sorted(node.properties) where fieldNames.contains(name) {
      fields.append(field(name, value))
    }
    let others = node.properties.filter { !fieldNames.contains($0.key) }
    if !others.isEmpty { fields.append("properties: \(mapping(others))") }
    return fields
  }

  private static func sorted(_ texts: [String: String]) -> [(key: String, value: String)] {
    texts.sorted { $0.key < $1.key }
  }

  private static func mapping(_ texts: [String: String]) -> String {
    "{ " + sorted(texts).map(field).joined(separator: ", ") + " }"
  }

  private static func field(_ name: String, _ value: String) -> String {
    let name = scalar(name)
    // YAML looks for the colon of a name within 1024 characters, unless a question mark says that a
    // name follows.
    return name.utf8.count < 1000
      ? "\(name): \(scalar(value))" : "? \(name) : \(scalar(value))"
  }

  /// A text as a YAML scalar: plain where YAML reads it as the same text, in double quotes otherwise.
  private static func scalar(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"):
        true
      default: false
      }
    }
    // A colon at the end would make the text a field, a dash in front an item; `null` has no value.
    let isSafe =
      isPlain && !text.isEmpty && !text.hasPrefix("-") && !text.hasPrefix(":")
      && !text.hasSuffix(":") && !["null", "Null", "NULL"].contains(text)
    if isSafe { return text }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  /// A character in double quotes; by its number if it ends a line or YAML does not allow it.
  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    func number(_ digits: Int) -> String {
      let text = String(scalar.value, radix: 16, uppercase: true)
      return String(repeating: "0", count: digits - text.count) + text
    }
    switch scalar.value {
    case 0x22, 0x5C: return "\\\(scalar)"
    case ..<0x20, 0x7F...0x9F: return "\\x" + number(2)
    case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: return "\\u" + number(4)
    default: return String(scalar)
    }
  }
}
