import ArgumentParser
import ConsistentHashing
import RemapAnalysis

/// `chash balance`: how keys spread over the nodes.
struct BalanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Show the share of each node.",
    usage: "chash balance <cluster> [--keys <file>] [--algorithm <name>]",
    discussion: """
      Example:

        $ chash balance sessions.yaml --algorithm maglev
        sessions (maglev): 1,000,000 generated keys

        NODE              KEYS    SHARE   TARGET  SHARE/MEAN
        10.0.0.1:8080  332,842  33.28 %  33.33 %       0.999
        web-2          667,158  66.72 %  66.67 %       1.001

        peak/mean: 1.001 (web-2); expected 1.001

      'peak/mean' is the largest ratio of a node's keys to its target, which with equal weights is \
      the mean. 'expected' is the average of this ratio in theory, for this algorithm, these \
      weights and this many keys.
      """)

  @Argument(
    help:
      "A cluster document (- for standard input), or a part of a configuration: nginx.conf#upstream."
  )
  var cluster: String

  @OptionGroup var keyOptions: KeyOptions
  @OptionGroup var clusterOptions: ClusterOptions
  @OptionGroup var samples: SampleOptions

  @Option(help: "How to print.")
  var format: BalanceFormat = .table

  func validate() throws {
    if isStandardInput(cluster), keyOptions.keys.contains(where: isStandardInput) {
      throw ValidationError("The cluster and the keys cannot both come from standard input.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let counter = BalanceCounter(try input.side())
    input.keyKind.sayWhatIsUnknown()
    let supply = KeySupply(options: keyOptions, samples: samples, kind: input.keyKind)
    let counters = try supply.forEachBatch(countingWith: counter) { counter, batch in
      try counter.count(keys: batch.keys.bytes.span, ends: batch.keys.ends.span)
    } then: {
    }
    let total = counters.dropFirst().reduce(into: counters[0]) { $0.add($1) }
    let printer = BalancePrinter(
      report: total.report(of: supply.origin), cluster: input.placed.name, rule: input.rule.name)
    let output = Output()
    switch format {
    case .table: try printer.printTable(to: output)
    case .json: try printer.printJSON(to: output)
    }
    try output.flush()
  }
}

/// How `balance` prints.
enum BalanceFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}
