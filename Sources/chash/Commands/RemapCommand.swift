import ArgumentParser
import ClusterDocument
import ConsistentHashing
import RemapAnalysis

/// `chash remap`: what a scale event moves.
struct RemapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remap",
    abstract: "Measure what a scale event moves, before you make it.",
    usage: """
      chash remap <cluster> --add web-4=10.0.0.4:8080 [--keys <file>]
      chash remap <cluster> --to <cluster-after> [--keys <file>]
      """,
    discussion: """
      Example:

        $ chash remap sessions.yaml --add web-4=10.0.0.4:8080 --keys session-ids.txt

      'moved' keys change their node. 'needless' ones among them move between two nodes that are up
      with the same weight before and after: a good rule has none. 'floor' is what the change of
      weights must move, whatever the rule.

      Without --keys the figures are measured on generated keys, with the sampling error beside them.
      Several changes are one event; nodes leave before others join.
      """)

  @Argument(help: "The cluster document before the event; - for standard input.")
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
    if listMoved == "-" {
      throw ValidationError("--list-moved needs a file; standard output holds the report.")
    }
  }

  func run() throws {
    let before = try ClusterInput(cluster, algorithm: clusterOptions.algorithm)
    var counter: RemapCounter
    var title = event.events.map(\.summary).joined(separator: ", ")
    let after: ClusterInput
    let clusterAfter: Cluster
    if let path = event.to {
      after = try ClusterInput(path, algorithm: clusterOptions.algorithm)
      clusterAfter = after.cluster
      title = path
    } else {
      after = before
      clusterAfter = try before.applying(event.events)
    }
    counter = try after.locating { () throws(ClusterError) in
      try RemapCounter(
        before: before.cluster, before.algorithm, after: clusterAfter, after.algorithm)
    }
    let supply = KeySupply(options: keyOptions, samples: samples.samples)
    let list = listMoved.map { MovedKeyList($0, ids: counter.pairing.ids) }
    try supply.forEachKey { key in
      let move = counter.count(key)
      if let list, move.from != move.to { try list.add(key, move) }
    }
    try list?.finish()

    let report = counter.report(of: supply.kind)
    let output = Output()
    let printer = RemapPrinter(
      report: report, title: title, before: before, algorithmAfter: after.algorithm)
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
  /// The cluster after some events. An event that cannot be applied is a mistake of the command line,
  /// not of a line of the document.
  func applying(_ events: [ScaleEvent]) throws -> Cluster {
    do {
      return try cluster.applying(events)
    } catch {
      throw CommandError("\(document.file): after the event: \(error)")
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
