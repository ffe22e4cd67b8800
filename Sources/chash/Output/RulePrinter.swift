import ConsistentHashing

/// Prints what an algorithm takes and promises.
struct RulePrinter {
  let rule: PlacementRule

  func print(to output: Output) throws {
    try output.line("\(rule.name): \(rule.summary)")
    try list(rule.options, called: "OPTION", to: output)
    try list(rule.nodeProperties, called: "FIELD OF A NODE", to: output)
    try output.line()
    try output.line("weights   \(weights)")
    try output.line("identity  \(identity)")
    try output.line(
      "order     of the nodes " + (rule.promises.isOrderIndependent ? "does not matter" : "matters")
    )
    try output.line("changes   of one node \(movement)")
    try output.line("down      \(down)")
    if let hashes { try output.line("hashes    \(hashes)") }
  }

  private func list(
    _ options: [OptionDescription], called heading: String, to output: Output
  ) throws {
    guard !options.isEmpty else { return }
    var table = TextTable([
      (heading, .left), ("VALUES", .left), ("DEFAULT", .left), ("MEANING", .left),
    ])
    for option in options {
      // Any number of 64 bits; the largest one would only widen the column.
      let range = option.kind == .seed ? "0 or more" : option.range
      table.add([option.name, range, option.defaultValue ?? "-", option.summary])
    }
    try output.line()
    for line in table.lines { try output.line(line) }
  }

  // MARK: Promises

  private var weights: String {
    guard rule.promises.takesWeights else { return "none" }
    var weights = rule.promises.requiresWholeWeights ? "whole" : "any"
    if let largest = rule.promises.largestWeight { weights += ", up to \(plain(largest))" }
    if rule.promises.smallestWeight > 0 {
      weights += ", at least \(plain(rule.promises.smallestWeight))"
    }
    return rule.promises.zeroWeightDrains ? weights : weights + "; 0 does not drain"
  }

  private var identity: String {
    rule.promises.identityIsSlot
      ? "the slot" : rule.promises.identityIsAddress ? "the text of the address" : "the id"
  }

  private var movement: String {
    switch rule.promises.movement {
    case .minimal: "move only keys to or from it"
    case .nearMinimal: "move keys to or from it, and a few others"
    case .any: "may move any key"
    }
  }

  private var down: String {
    if rule.promises.skippingEqualsRemoving { return "nodes are skipped, as if they were removed" }
    return rule.promises.downIsSkipped
      ? "nodes are skipped; the order of the others stays" : "nodes change the order of the others"
  }

  // MARK: The key space

  /// The form of the key space of a small cluster; nil if the algorithm refuses that cluster.
  private var hashes: String? {
    let nodes = (1...3).map { Node(address: "10.0.0.\($0):8080") }
    guard let cluster = try? Cluster(nodes: nodes), let selector = try? rule.selector(for: cluster)
    else { return nil }
    let space = selector.keySpace()
    let range =
      switch space.domain {
      case .bits32: "of 32 bits"
      case .bits64: "of 64 bits"
      default: "from 0 to \(space.domain.last)"
      }
    switch space.form {
    case .intervals: return "\(range); each node takes intervals"
    case .residues(let residues):
      let last = residues.domain.last
      // The remainder modulo 2^64 is the hash itself.
      return last == .max
        ? "\(range); each node takes intervals"
        : "\(range); each node takes remainders modulo \(last + 1)"
    case .shares: return "\(range); each node takes an exact share, spread over all hashes"
    case .opaque(let reason): return "known only for each key: \(reason)"
    }
  }
}
