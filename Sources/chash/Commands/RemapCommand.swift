import ArgumentParser
import ConsistentHashing
import RemapAnalysis

/// `chash remap`: what a scale event moves.
struct RemapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remap",
    abstract: "Measure what a scale event moves, before you make it.",
    usage: """
      chash remap <cluster> --add <id>=<address> ... [--keys <file>]
      chash remap <cluster> --to <cluster-after> [--keys <file>]
      """,
    discussion: """
      Example:

        $ chash remap sessions.yaml --add web-3=10.0.0.3:8080
        27.55 % of all keys move (± 0.09, measured on 1,000,000 generated keys).

        sessions (nginx): add web-3

                     KEYS    SHARE
        moved     275,492  27.55 %  ± 0.09 in 95 of 100 cases
        needless        0   0.00 %
        floor              25.00 %  the least, for shares exactly by weight

        FROM           TO        KEYS    SHARE
        web-2          web-3  169,597  16.96 %
        10.0.0.1:8080  web-3  105,895  10.59 %

        NODE            BEFORE   TARGET    AFTER   TARGET
        10.0.0.1:8080  35.04 %  33.33 %  24.45 %  25.00 %
        web-2          64.96 %  66.67 %  48.00 %  50.00 %
        web-3                -        -  27.55 %  25.00 %

        peak/mean: 1.051 before, 1.102 after

      'moved' keys change their node. 'needless' ones among them move between two nodes that are \
      up with the same weight before and after: a good rule has none. 'floor' is what the change \
      of weights must move, whatever the rule.

      Give your own keys with --keys, for example the session ids of an access log; else the \
      figures are measured on generated keys, with the sampling error beside them. Several changes \
      are one event; nodes leave before others join.
      """)

  @Argument(
    help:
      "The cluster before the event: a document (- for standard input), nginx.conf#upstream or haproxy.cfg#backend."
  )
  var cluster: String

  @OptionGroup(title: "Event") var event: EventOptions
  @OptionGroup var keyOptions: KeyOptions
  @OptionGroup var clusterOptions: ClusterOptions
  @OptionGroup var samples: SampleOptions

  @Option(help: "How to print.")
  var format: RemapFormat = .table

  @Option(
    help: ArgumentHelp(
      "Write the keys that move to this file: key, node before, node after, separated by tabs.",
      valueName: "file"))
  var listMoved: String?

  func validate() throws {
    let inputs = [cluster, event.to, keyOptions.keys].compactMap { $0 }
    if inputs.count(where: { $0 == "-" }) > 1 {
      throw ValidationError("Only one input can come from standard input.")
    }
    if listMoved == "-" || listMoved?.isEmpty == true {
      throw ValidationError("--list-moved needs a file; standard output holds the report.")
    }
  }

  func run() throws {
    let before = try ClusterInput(cluster, algorithm: clusterOptions.algorithm)
    let selectorBefore = try before.selector()
    let title: String
    let algorithmAfter: Algorithm
    let pairing: NodePairing
    let selectorAfter: any NodeSelector
    if let path = event.to {
      let after = try ClusterInput(path, algorithm: clusterOptions.algorithm)
      title = "to \(shown(path))"
      algorithmAfter = after.algorithm
      selectorAfter = try after.selector()
      pairing = NodePairing(before: before.cluster, after: after.cluster)
    } else {
      title = event.events.map(\.summary).joined(separator: ", ")
      algorithmAfter = before.algorithm
      let after: Cluster
      (after, selectorAfter) = try before.applying(event.events)
      pairing = NodePairing(before: before.cluster, after: after)
    }
    var counter = RemapCounter(pairing, selectorBefore, selectorAfter)
    let supply = KeySupply(
      options: keyOptions, samples: samples.samples, source: before.cluster.key)
    let list = try listMoved.map {
      try MovedKeyList($0, madeFrom: [cluster, event.to, keyOptions.keys], ids: pairing.ids)
    }
    try supply.forEachKey { key in
      let move = counter.count(key)
      if let list, move.from != move.to { try list.add(key, move) }
    }
    try list?.finish()

    let report = counter.report(of: supply.kind)
    let output = Output()
    let printer = RemapPrinter(
      report: report, title: title, before: before, algorithmAfter: algorithmAfter)
    switch format {
    case .table: try printer.printTable(to: output)
    case .json: try printer.printJSON(to: output)
    case .csv: try printer.printCSV(to: output)
    }
    try output.flush()
  }
}

/// How `remap` prints.
enum RemapFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
  case csv
}

/// How many keys to generate when none are given.
struct SampleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many keys to generate if none are given.", valueName: "number"))
  var samples = 1_000_000

  func validate() throws {
    guard (1...1_000_000_000).contains(samples) else {
      throw ValidationError("--samples is a number from 1 to 1000000000.")
    }
  }
}

extension ClusterInput {
  /// The cluster after some events, and its selector.
  ///
  /// An event that cannot be applied is a mistake of the command line, not of a line of the document.
  func applying(_ events: [ScaleEvent]) throws(CommandError) -> (Cluster, any NodeSelector) {
    do throws(ClusterError) {
      let after = try cluster.applying(events)
      return (after, try algorithm.selector(for: after))
    } catch {
      let when = error.code == .unknownNode ? "" : "after the event: "
      throw CommandError("\(source.file): \(when)\(error)")
    }
  }
}

extension ScaleEvent {
  /// The event in a few words.
  var summary: String {
    switch self {
    case .add(let node):
      node.weight == 1 ? "add \(node.id)" : "add \(node.id) (weight \(plain(node.weight)))"
    case .remove(let id): "remove \(id)"
    case .down(let id): "\(id) down"
    case .weight(let id, let weight): "\(id) to weight \(plain(weight))"
    case .replace(let id, let address): "\(id) to \(address)"
    }
  }

  private func plain(_ weight: Double) -> String {
    Int(exactly: weight).map(String.init) ?? "\(weight)"
  }
}
