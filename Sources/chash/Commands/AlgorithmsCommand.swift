import ArgumentParser
import ConsistentHashing
import ProxyProfiles

/// `chash algorithms`: the algorithms, and the options and promises of each.
struct AlgorithmsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "algorithms",
    abstract: "List the algorithms, or the options and promises of one.",
    usage: "chash algorithms [<name>]",
    discussion: """
      Example:

        $ chash algorithms ketama
        ketama: ring of virtual nodes on XXH3

        OPTION         VALUES        DEFAULT  MEANING
        virtual-nodes  1 to 1000000  160      points of a node of weight 1
        seed           0 or more     0        seed of the key hash

        weights   any
        identity  the id
        order     of the nodes does not matter
        changes   of one node move only keys to or from it
        down      nodes are skipped, as if they were removed
        hashes    of 64 bits; each node takes intervals
      """)

  @Argument(
    help: "One of them.", completion: AlgorithmName.completion, transform: AlgorithmName.init)
  var name: AlgorithmName?

  func run() throws {
    let output = Output()
    if let rule = name?.rule {
      try RulePrinter(rule: rule).print(to: output)
    } else {
      var table = TextTable([("NAME", .left), ("RULE", .left)])
      for rule in RuleCatalogue.all { table.add([rule.name, rule.summary]) }
      for line in table.lines { try output.line(line) }
    }
    try output.flush()
  }
}
