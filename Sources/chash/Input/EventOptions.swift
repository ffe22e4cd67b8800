import ArgumentParser
import ConsistentHashing
import RemapAnalysis

/// The scale event of `remap`: changes of the cluster, or another cluster.
struct EventOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A node joins; its id is the address unless given.", valueName: "id=address[*weight]"))
  var add: [AddedNode] = []

  @Option(help: ArgumentHelp("A node leaves.", valueName: "id"))
  var remove: [String] = []

  @Option(help: ArgumentHelp("A node is up again.", valueName: "id"))
  var up: [String] = []

  @Option(
    help: ArgumentHelp("A node stays listed and keeps its place, but is skipped.", valueName: "id"))
  var down: [String] = []

  @Option(help: ArgumentHelp("A node stays listed, but gets nothing.", valueName: "id"))
  var drain: [String] = []

  @Option(help: ArgumentHelp("A node gets another weight; 0 drains it.", valueName: "id=weight"))
  var weight: [ChangedWeight] = []

  @Option(
    help: ArgumentHelp("An identity moves to another address.", valueName: "id=address"))
  var replace: [ChangedAddress] = []

  @Option(
    help: ArgumentHelp(
      "Keys are placed by this algorithm after the event.",
      discussion: "Options of the document that it does not take are left out.", valueName: "name"),
    completion: AlgorithmName.completion, transform: AlgorithmName.init)
  var toAlgorithm: AlgorithmName?

  @Option(
    help: ArgumentHelp("The cluster after the event, instead of changes.", valueName: "cluster"))
  var to: String?

  func validate() throws {
    if !hasChanges, to == nil {
      throw ValidationError(
        "Say what happens: --add, --remove, --up, --down, --drain, --weight, --replace, "
          + "--to-algorithm, or --to another cluster.")
    }
    if hasChanges, to != nil {
      throw ValidationError("--to names the whole cluster after the event; give no other changes.")
    }
    try requireAgreement()
  }

  private var hasChanges: Bool { !changes.isEmpty || toAlgorithm != nil }

  /// The changes of nodes; nodes leave first, so that one that joins can take their place.
  private var changes: [ScaleEvent] {
    remove.map { .remove(NodeID($0)) }
      + replace.map { .replace($0.id, address: $0.address) }
      + weight.map { .weight($0.id, $0.weight) }
      + up.map { .up(NodeID($0)) }
      + down.map { .down(NodeID($0)) }
      + drain.map { .drain(NodeID($0)) }
      + add.map { .add($0.node) }
  }

  /// The changes of a placed cluster: another algorithm, then the changes of its nodes.
  ///
  /// - Parameter placement: The placement before.
  func events(from placement: Placement) -> [ScaleEvent] {
    let rule = toAlgorithm.map { ScaleEvent.rule($0.placement(from: placement)) }
    return (rule.map { [$0] } ?? []) + changes
  }

  /// Throws if two changes contradict each other.
  private func requireAgreement() throws {
    let states = [
      ("--remove", remove.map { NodeID($0) }), ("--up", up.map { NodeID($0) }),
      ("--down", down.map { NodeID($0) }), ("--drain", drain.map { NodeID($0) }),
    ]
    let weights = ("--weight", weight.map(\.id))
    let addresses = ("--replace", replace.map(\.id))
    for change in states + [weights, addresses, ("--add", add.map(\.node.id))] {
      try requireOne([change])
    }
    try requireOne(states)
    try requireOne([states[0], weights])
    try requireOne([states[0], addresses])
  }

  /// Throws if a node is named twice.
  private func requireOne(_ changes: [(flag: String, ids: [NodeID])]) throws {
    var flags: [NodeID: String] = [:]
    for (flag, ids) in changes {
      for id in ids {
        guard let first = flags.updateValue(flag, forKey: id) else { continue }
        throw ValidationError(
          first == flag
            ? "\(flag) names '\(printable(id.text))' twice; give it once."
            : "\(first) and \(flag) both name '\(printable(id.text))'; give one of them.")
      }
    }
  }
}

/// `ID=ADDRESS[*WEIGHT]`, or an address alone.
struct AddedNode: ExpressibleByArgument {
  let node: Node

  init?(argument: String) {
    var text = Substring(argument)
    var weight: Double?
    // A path may have a star in it.
    if let star = text.lastIndex(of: "*"), let value = Double(text[text.index(after: star)...]) {
      weight = value
      text = text[..<star]
    } else if text.contains("*"), !text.contains("unix:") {
      return nil
    }
    let (id, address) = halves(text) ?? (String(text), String(text))
    guard !id.isEmpty, !address.isEmpty else { return nil }
    node = Node(id: NodeID(id), address: address, weight: weight ?? 1)
  }
}

/// `ID=WEIGHT`.
struct ChangedWeight: ExpressibleByArgument {
  let id: NodeID
  let weight: Double

  init?(argument: String) {
    guard let (id, text) = halves(Substring(argument)), !id.isEmpty, let weight = Double(text)
    else {
      return nil
    }
    self.id = NodeID(id)
    self.weight = weight
  }
}

/// `ID=ADDRESS`.
struct ChangedAddress: ExpressibleByArgument {
  let id: NodeID
  let address: String

  init?(argument: String) {
    guard let (id, address) = halves(Substring(argument)), !id.isEmpty, !address.isEmpty else {
      return nil
    }
    self.id = NodeID(id)
    self.address = address
  }
}

/// The parts before and after the equals sign: the last one, since addresses have none, or the one before
/// the path of a socket, which may have some.
private func halves(_ text: Substring) -> (String, String)? {
  let socket = text.utf8.indices.first { text.utf8[$0...].starts(with: "=unix:".utf8) }
  guard let equals = socket ?? text.utf8.lastIndex(of: UInt8(ascii: "=")) else { return nil }
  return (String(text[..<equals]), String(text[text.utf8.index(after: equals)...]))
}
