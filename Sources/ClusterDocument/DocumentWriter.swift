public import ConsistentHashing

extension ClusterDocument {
  /// The document of a cluster, as this library reads it.
  ///
  /// Deterministic: fields in the order of the guide, options and properties by name, values that are
  /// what they would be anyway left out.
  ///
  /// A cluster whose addresses stand several times has a text as well, but one that is refused when it
  /// is read.
  public static func text(of cluster: Cluster) -> String {
    var lines = ["name: \(scalar(cluster.name))", "algorithm: \(scalar(cluster.algorithm))"]
    if let key = cluster.key { lines.append("key: \(scalar(key.description))") }
    if !cluster.options.isEmpty {
      let options = cluster.options.sorted { $0.key < $1.key }
        .map { "\(scalar($0.key)): \(scalar($0.value))" }
      lines.append("options: { " + options.joined(separator: ", ") + " }")
    }
    lines.append("nodes:")
    lines += cluster.nodes.map { "  - { " + fields(of: $0).joined(separator: ", ") + " }" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fields(of node: Node) -> [String] {
    var fields: [String] = []
    if node.id != NodeID(node.address) { fields.append("id: \(scalar(node.id.text))") }
    fields.append("address: \(scalar(node.address))")
    if node.slots.isEmpty, node.weight != 1 {
      let whole = Int(exactly: node.weight).map(String.init)
      fields.append("weight: \(whole ?? "\(node.weight)")")
    }
    if let zone = node.zone { fields.append("zone: \(scalar(zone))") }
    if node.state != .up { fields.append("state: \(node.state.rawValue)") }
    if !node.slots.isEmpty {
      fields.append("slots: [" + node.slots.map(String.init).joined(separator: ", ") + "]")
    }
    for (name, value) in node.properties.sorted(by: { $0.key < $1.key }) {
      fields.append("\(scalar(name)): \(scalar(value))")
    }
    return fields
  }

  /// A text as a YAML scalar: plain if it can only be read as itself, in double quotes otherwise.
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
    // A colon at the end would make a field of it, a dash in front an item; `null` is nothing.
    let isSafe =
      isPlain && !text.isEmpty && !text.hasPrefix("-") && !text.hasPrefix(":")
      && !text.hasSuffix(":") && !["null", "Null", "NULL"].contains(text)
    if isSafe { return text }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  /// A character in double quotes; what would end a line or cannot stand in YAML, by its number.
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
