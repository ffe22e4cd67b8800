import ArgumentParser
import ConsistentHashing
import ProxyProfiles
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
        27.54 % of all keys move (± 0.09, measured on 1,000,000 generated keys).

        sessions (nginx): add web-3

                     KEYS    SHARE
        moved     275,445  27.54 %  ± 0.09 in 95 of 100 cases
        needless        0   0.00 %
        floor              25.00 %  the least, for shares exactly by weight

        FROM           TO        KEYS    SHARE
        web-2          web-3  169,331  16.93 %
        10.0.0.1:8080  web-3  106,114  10.61 %

        NODE            BEFORE   TARGET    AFTER   TARGET
        10.0.0.1:8080  35.04 %  33.33 %  24.43 %  25.00 %
        web-2          64.96 %  66.67 %  48.03 %  50.00 %
        web-3                -        -  27.54 %  25.00 %

        peak/mean: 1.051 before, 1.102 after

      'moved' keys change their node. 'needless' ones among them move between two nodes that are \
      up with the same weight before and after: a good rule has none. 'floor' is the least that \
      the change of weights must move, whatever the rule.

      Give your own keys with --keys, best an access log: the key that the cluster names is found \
      in each request. Without them the figures are measured on random keys and have a sampling \
      error. Several changes are \
      one event; nodes leave before others join.
      """)

  @Argument(
    help:
      "The cluster before the event: a document (- for standard input), or nginx.conf#upstream."
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
    let inputs = [cluster] + [event.to].compactMap { $0 } + keyOptions.keys
    if inputs.count(where: isStandardInput) > 1 {
      throw ValidationError("Only one input can come from standard input.")
    }
    if listMoved == "-" || listMoved?.isEmpty == true {
      throw ValidationError("--list-moved needs a file; standard output holds the report.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let before = try input.side()
    let title: String
    let after: ClusterSide
    var otherKey = input.keyKind.text
    if let path = event.to {
      title = "to \(shown(path))"
      let input = try ClusterInput(path, clusterOptions)
      after = try input.side()
      otherKey = input.keyKind.text
    } else {
      let events = event.events(from: input.placed.placement)
      title = events.map(\.summary).joined(separator: ", ")
      after = try input.side(after: events, of: before)
    }
    if let key = input.keyKind.text, let otherKey, otherKey != key {
      Notes.say(
        "note: the key is \(key) before and \(otherKey) after, and every key is taken for both; requests "
          + "whose two keys differ move as if at random")
    }
    if input.placed.placement.keepsSessions {
      let leader = input.placed.placement.pinsSessions ? "server" : "list"
      Notes.say(
        "note: sessions follow their \(leader), so that only those of what leaves move; the figures are where "
          + "the hash places sessions that are new or orphaned ('chash rollout' plans the change)")
    }
    let counter = RemapCounter(before: before, after: after)
    input.keyKind.sayWhatIsUnknown()
    let supply = KeySupply(options: keyOptions, samples: samples, kind: input.keyKind)
    let list = try listMoved.map {
      try MovedKeyList($0, madeFrom: [cluster, event.to] + keyOptions.keys)
    }
    let listed = list == nil ? nil : MovedKeyList.Lines(ids: counter.pairing.ids)
    let (counters, skipped) = try supply.forEachBatch(countingWith: counter) { counter, batch in
      var lines: [UInt8] = []
      try counter.count(keys: batch.keys.bytes.span, ends: batch.keys.ends.span) { number, move in
        listed?.append(number, of: batch, move, to: &lines)
      }
      return lines
    } then: { lines in
      try list?.add(lines)
    }
    try list?.finish()

    let total = counters.dropFirst().reduce(into: counters[0]) { $0.add($1) }
    let report = total.report(of: supply.origin)
    let output = Output()
    let printer = RemapPrinter(
      report: report, skipped: skipped, title: title, cluster: input.placed.name,
      ruleBefore: before.rule.name, ruleAfter: after.rule.name)
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

/// How many keys to generate when none are given, and of which form.
struct SampleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("How many keys to generate if none are given.", valueName: "number"))
  var samples = 1_000_000

  @Option(
    help: ArgumentHelp(
      "What generated keys look like: \(Self.forms). As the key of the cluster suggests unless given.",
      valueName: "form"), completion: .list(GeneratedKeys.Form.allCases.map(\.rawValue)),
    transform: Self.form(named:))
  var form: GeneratedKeys.Form?

  private static let forms = GeneratedKeys.Form.allCases.map(\.rawValue).joined(separator: ", ")

  private static func form(named name: String) throws -> GeneratedKeys.Form {
    guard let form = GeneratedKeys.Form(rawValue: name) else {
      throw ValidationError("use one of \(forms)")
    }
    return form
  }

  func validate() throws {
    guard (1...1_000_000_000).contains(samples) else {
      throw ValidationError("--samples is a number from 1 to 1000000000.")
    }
  }
}

extension ClusterInput {
  /// The side after some events.
  ///
  /// An event that cannot be applied is a mistake of the command line, so the error has no line of the
  /// document.
  func side(after events: [ScaleEvent], of before: ClusterSide) throws(CommandError) -> ClusterSide
  {
    do throws(ClusterError) {
      return try ClusterSide(placed.applying(events), in: .all, updating: before)
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
    case .up(let id): "\(id) up"
    case .down(let id): "\(id) down"
    case .drain(let id): "drain \(id)"
    case .weight(let id, let weight): "\(id) to weight \(plain(weight))"
    case .replace(let id, let address): "\(id) to \(address)"
    case .rule(let placement): "change to \(placement.rule)"
    }
  }
}
