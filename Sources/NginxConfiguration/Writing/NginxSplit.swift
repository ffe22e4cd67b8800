internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// A `split_clients` block that places keys as a cluster does.
///
/// ``NginxEmitter`` makes it.
struct NginxSplit: Hashable, Sendable {
  /// A line of the block.
  struct Part: Hashable, Sendable {
    let percent: NginxToken
    let value: NginxToken
    let id: NginxComment?
  }

  /// The variable that the block sets, without its `$`.
  let variable: String
  /// Where the block belongs.
  let context: NginxContext
  /// The key.
  let key: NginxToken
  /// The parts.
  let parts: [Part]
  /// Every parameter that is left out.
  let notes: [EmissionNote]
  /// The position of each part's node.
  let positions: [Int]

  /// Writes a cluster down for nginx.
  init(_ placed: PlacedCluster, context: NginxContext, options: NginxEmitter.Options)
    throws(EmissionError)
  {
    var notes: [EmissionNote] = []
    let cluster = placed.cluster
    variable = cluster.name
    self.context = context
    try Self.check(variable)
    guard options.keepalive == nil else {
      throw EmissionError(
        .invalidOption, .cluster, "split_clients keeps no idle connections",
        remedy: "leave keepalive out")
    }
    key = try NginxToken(keyOf: placed, context: context, notes: &notes)
    let sizes: [(position: Int, part: NginxSplitPart)]
    let splitOptions: NginxSplitClients.Options
    do {
      sizes = try NginxSplitPart.parts(of: cluster)
      splitOptions = try NginxSplitClients.Options(
        placed.placement.options, rule: placed.placement.rule)
    } catch {
      throw EmissionError(.invalidProperty, error.subject, error.problem, remedy: error.remedy)
    }
    var parts: [Part] = []
    var positions: [Int] = []
    var sum = 0
    for node in cluster.nodes { Self.note(node, &notes) }
    for (position, size) in sizes {
      if case .hundredths(let hundredths) = size { sum += hundredths } else { sum = .min }
      parts.append(try Self.part(of: cluster.nodes[position], size, at: position))
      positions.append(position)
    }
    // As of nginx 1.31.2 the last part would get what parts of 100 % leave over.
    if sum == 10_000, splitOptions.remainder == .none {
      parts.append(
        Part(
          percent: NginxToken(checked: "*"), value: NginxToken(empty: ()), id: nil))
    }
    var writer = NginxDirectiveWriter(
      properties: cluster.properties, context: context, version: .newest)
    writer.noteAll("split_clients has no such parameter")
    self.parts = parts
    self.positions = positions
    self.notes = notes + writer.notes
  }

  /// The block and the comment above it.
  var items: [NginxItem] {
    let lines = parts.map { part in
      NginxItem.directive(NginxDirective(part.percent, [part.value], comment: part.id))
    }
    let title = "\(variable): \(counted(parts.count, "part")), split_clients; written by chash."
    return [
      .comment(NginxComment(checked: title)),
      .directive(
        NginxDirective(
          NginxToken(word: "split_clients"), [key, NginxToken(checked: "$\(variable)")],
          block: lines)),
    ]
  }

  /// The block as text, ending in a newline.
  var text: String { NginxItem.print(items) }

  private static func check(_ variable: String) throws(EmissionError) {
    let isWord = variable.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    let isCapture = variable.utf8.first.map { (0x31...0x39).contains($0) } ?? true
    guard isWord, !isCapture, variable.utf8.count <= 253 else {
      throw EmissionError(
        .invalidName, .name, "\(quoted(variable)) cannot name a variable",
        remedy: "use letters, digits and '_', at most 253, and do not begin with a digit")
    }
  }

  private static func part(of node: Node, _ size: NginxSplitPart, at position: Int)
    throws(EmissionError) -> Part
  {
    var percent = node.properties[NginxSplitPart.percent.name] ?? size.written
    if percent != "*", !percent.hasSuffix("%") { percent += "%" }
    do throws(NginxUnwritable) {
      return Part(
        percent: NginxToken(checked: percent), value: try NginxToken(verbatim: node.address),
        id: node.id == NodeID(node.address) ? nil : try NginxComment(node.id.text))
    } catch {
      throw EmissionError(
        .invalidAddress, .node(position),
        "node \(quoted(node.id.text)) cannot be written: \(error.problem)", remedy: error.remedy)
    }
  }

  /// Notes what the line does not say about the node.
  private static func note(_ node: Node, _ notes: inout [EmissionNote]) {
    func leaveOut(_ parameter: String, _ reason: String) {
      notes.append(EmissionNote(parameter, of: node.id, reason: reason))
    }
    guard node.isMember else {
      leaveOut("node", "it is drained, and split_clients gives it no part")
      return
    }
    if node.state != .up { leaveOut("state", "split_clients does not know which servers are down") }
    if node.zone != nil { leaveOut("zone", "nginx has no zones of servers") }
    if node.properties[NginxSplitPart.percent.name] != nil, node.weight != 1 {
      leaveOut("weight", "the part has a percentage")
    }
    for name in node.properties.keys.sorted() where name != NginxSplitPart.percent.name {
      leaveOut(name, "split_clients has no such parameter")
    }
  }
}

extension NginxSplitPart {
  /// The part as `split_clients` writes it.
  fileprivate var written: String {
    guard case .hundredths(let value) = self else { return "*" }
    let decimals = value % 100
    return "\(value / 100).\(decimals < 10 ? "0" : "")\(decimals)%"
  }
}
