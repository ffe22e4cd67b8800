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

      With --bounded each key is a request, and a node that has its limit of them in flight takes no \
      more: HAProxy's hash-balance-factor, Envoy's hash_balance_factor (both by their own rules), or the \
      next node of the preference. --in-flight says the load: when one more request begins, the oldest \
      ends. Keys of a log are in the order of its lines:

        $ chash balance sessions.yaml --bounded 1.25 --in-flight 20
        2.93 % of 1,000,000 requests leave the node of their key.

        sessions (nginx): generated keys, 20 in flight, limit 1.25

        NODE           BY HASH    TAKEN   TARGET  MOST IN FLIGHT
        10.0.0.1:8080  35.04 %  32.82 %  33.33 %               9
        web-2          64.96 %  67.18 %  66.67 %              17

        FROM           TO             REQUESTS   SHARE
        10.0.0.1:8080  web-2            25,757  2.58 %
        web-2          10.0.0.1:8080     3,544  0.35 %
      """)

  @Argument(
    help:
      "A cluster document (- for standard input), or a part of a configuration: nginx.conf#upstream."
  )
  var cluster: String

  @OptionGroup var keyOptions: KeyOptions
  @OptionGroup var clusterOptions: ClusterOptions
  @OptionGroup var samples: SampleOptions

  @Option(
    help: ArgumentHelp(
      "Limit each node to this many times its share of the requests in flight, from 1.",
      valueName: "factor"))
  var bounded: Double?

  @Option(help: ArgumentHelp("How many requests are in flight at once.", valueName: "number"))
  var inFlight: Int?

  @Option(help: "How to print.")
  var format: BalanceFormat = .table

  func validate() throws {
    if let bounded {
      guard (1...100).contains(bounded) else {
        throw ValidationError("--bounded is a factor from 1 to 100, such as 1.25.")
      }
      guard inFlight != nil else {
        throw ValidationError(
          "--bounded needs the load: --in-flight says how many requests there are at once.")
      }
    }
    if let inFlight {
      guard (1...10_000_000).contains(inFlight) else {
        throw ValidationError("--in-flight is a number from 1 to 10000000.")
      }
      if bounded == nil { throw ValidationError("--in-flight needs --bounded.") }
    }
    if isStandardInput(cluster), keyOptions.keys.contains(where: isStandardInput) {
      throw ValidationError("The cluster and the keys cannot both come from standard input.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let side = try input.side()
    input.keyKind.sayWhatIsUnknown()
    let supply = KeySupply(options: keyOptions, samples: samples, kind: input.keyKind)
    if let bounded, let inFlight {
      return try play(supply, on: input, side, percent: Int((bounded * 100).rounded()), inFlight)
    }
    let counter = BalanceCounter(side)
    let (counters, skipped) = try supply.forEachBatch(countingWith: counter) { counter, batch in
      try counter.count(keys: batch.keys.bytes.span, ends: batch.keys.ends.span)
    } then: {
    }
    let total = counters.dropFirst().reduce(into: counters[0]) { $0.add($1) }
    let printer = BalancePrinter(
      report: total.report(of: supply.origin), skipped: skipped, cluster: input.placed.name,
      rule: input.rule.name)
    let output = Output()
    switch format {
    case .table: try printer.printTable(to: output)
    case .json: try printer.printJSON(to: output)
    }
    try output.flush()
  }

  /// Plays the keys as requests.
  private func play(
    _ supply: KeySupply, on input: ClusterInput, _ side: ClusterSide, percent: Int, _ inFlight: Int
  ) throws {
    var counter = BoundedLoadCounter(side, percent: percent, inFlight: inFlight)
    // What one request does depends on those before it.
    let (_, skipped) = try supply.forEachBatch(countingWith: 0) { _, batch in
      batch
    } then: { batch in
      for number in 0..<batch.count { batch.withKey(number) { _ = counter.count($0) } }
    }
    let printer = BoundedLoadPrinter(
      report: counter.report(), keys: supply.origin, skipped: skipped, cluster: input.placed.name,
      rule: input.rule.name)
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
