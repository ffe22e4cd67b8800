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

  @Option(help: ArgumentHelp("A node stays listed but takes no requests.", valueName: "id"))
  var down: [String] = []

  @Option(help: ArgumentHelp("A node gets another weight; 0 drains it.", valueName: "id=weight"))
  var weight: [ChangedWeight] = []

  @Option(
    help: ArgumentHelp("An identity moves to another address.", valueName: "id=address"))
  var replace: [ChangedAddress] = []

  @Option(
    help: ArgumentHelp("The cluster after the event, instead of changes.", valueName: "cluster"))
  var to: String?

  func validate() throws {
    if events.isEmpty, to == nil {
      throw ValidationError(
        "Say what happens: --add, --remove, --down, --weight, --replace, or --to another cluster.")
    }
    if !events.isEmpty, to != nil {
      throw ValidationError("--to names the whole cluster after the event; give no other changes.")
    }
  }

  /// The changes, leaving nodes first so that a node that joins can take the place of one that left.
  var events: [ScaleEvent] {
    remove.map { .remove(NodeID($0)) }
      + replace.map { .replace($0.id, address: $0.address) }
      + weight.map { .weight($0.id, $0.weight) }
      + down.map { .down(NodeID($0)) }
      + add.map { .add($0.node) }
  }
}

/// `ID=ADDRESS[*WEIGHT]`, or an address alone.
struct AddedNode: ExpressibleByArgument {
  let node: Node

  init?(argument: String) {
    var text = Substring(argument)
    var weight: Double?
    if let star = text.lastIndex(of: "*") {
      guard let value = Double(text[text.index(after: star)...]) else { return nil }
      weight = value
      text = text[..<star]
    }
    let (id, address) = halves(text) ?? (String(text), String(text))
    guard !id.isEmpty, !address.isEmpty else { return nil }
    node = Node(id: NodeID(id), address: address, weight: weight)
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

/// What stands before and behind the last equals sign; addresses have none.
private func halves(_ text: Substring) -> (String, String)? {
  guard let equals = text.lastIndex(of: "=") else { return nil }
  return (String(text[..<equals]), String(text[text.index(after: equals)...]))
}
