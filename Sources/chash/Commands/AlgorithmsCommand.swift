import ArgumentParser
import ConsistentHashing
import ProxyProfiles

/// `chash algorithms`: what algorithms there are, and what each takes and promises.
struct AlgorithmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "algorithms",
    abstract: "List the algorithms, or the options and promises of one.",
    usage: "chash algorithms [<name>]",
    discussion: """
      Example:

        $ chash algorithms ketama
        ketama: ring of virtual nodes on XXH3

        OPTION         VALUES        STANDARD  MEANING
        virtual-nodes  1 to 1000000  160       points of a node of weight 1
        seed           0 or more     0         seed of the key hash

        weights   any
        identity  the id
        order     of the nodes does not matter
        changes   of one node move only keys to or from it
      """)

  @Argument(help: "One of them.")
  var name: AlgorithmName?

  func run() throws {
    let output = Output()
    if let algorithm = name?.algorithm {
      try describe(algorithm, to: output)
    } else {
      var table = TextTable([("NAME", .left), ("RULE", .left)])
      for algorithm in Algorithm.all { table.add([algorithm.name, algorithm.summary]) }
      for line in table.lines { try output.line(line) }
    }
    try output.flush()
  }

  private func describe(_ algorithm: Algorithm, to output: Output) throws {
    try output.line("\(algorithm.name): \(algorithm.summary)")
    try list(algorithm.options, called: "OPTION", to: output)
    try list(algorithm.nodeProperties, called: "FIELD OF A NODE", to: output)
    try output.line()
    let promises = algorithm.promises
    let identity =
      promises.identityIsSlot
      ? "the slot" : promises.identityIsAddress ? "the text of the address" : "the id"
    let movement =
      switch promises.movement {
      case .minimal: "move only keys to or from it"
      case .nearMinimal: "move keys to or from it, and a few others"
      case .any: "may move any key"
      }
    try output.line(
      "weights   " + (!promises.takesWeights ? "none" : promises.wholeWeights ? "whole" : "any"))
    try output.line("identity  \(identity)")
    try output.line(
      "order     of the nodes " + (promises.orderIndependent ? "does not matter" : "matters"))
    try output.line("changes   of one node \(movement)")
  }

  private func list(_ options: [AlgorithmOption], called heading: String, to output: Output) throws
  {
    guard !options.isEmpty else { return }
    var table = TextTable([
      (heading, .left), ("VALUES", .left), ("STANDARD", .left), ("MEANING", .left),
    ])
    for option in options {
      table.add([option.name, option.range, option.standard ?? "-", option.summary])
    }
    try output.line()
    for line in table.lines { try output.line(line) }
  }
}
