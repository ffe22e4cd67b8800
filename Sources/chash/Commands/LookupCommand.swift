import AccessLogs
import ArgumentParser
import ConsistentHashing

/// `chash lookup`: the node of each key.
struct LookupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lookup",
    abstract: "Say which node each key goes to.",
    usage: "chash lookup <cluster> [<key> ...] [--keys <file>] [--preference <number>]",
    discussion: """
      Example:

        $ chash lookup sessions.yaml alice carol
        KEY    NODE           ADDRESS
        alice  10.0.0.1:8080  10.0.0.1:8080
        carol  web-2          10.0.0.2:8080

      With --preference the first nodes in the order in which the key would fall back to them. \
      Where the system places a key by its state instead of a hash, such as nginx's round robin, \
      the answer says so.

      Formats: 'table' is for reading. 'tsv' has one line for each key, the unchanged key first, \
      without a heading. 'json' is one array, with 'keyBase64' for keys that are not UTF-8.
      """)

  @Argument(
    help:
      "A cluster document (- for standard input), or a part of a configuration: nginx.conf#upstream."
  )
  var cluster: String

  @Argument(help: ArgumentHelp("Keys.", valueName: "key"))
  var keysGiven: [String] = []

  @OptionGroup var keyOptions: KeyOptions
  @OptionGroup var clusterOptions: ClusterOptions

  @Option(help: ArgumentHelp("Show the first N nodes of the preference.", valueName: "number"))
  var preference: Int?

  @Option(help: "How to print.")
  var format: LookupFormat = .table

  func validate() throws {
    if keysGiven.isEmpty, keyOptions.keys.isEmpty {
      throw ValidationError("Give keys as arguments, or a file of them with --keys.")
    }
    if let preference, preference < 1 {
      throw ValidationError("--preference counts from 1.")
    }
    if isStandardInput(cluster), keyOptions.keys.contains(where: isStandardInput) {
      throw ValidationError("The cluster and the keys cannot both come from standard input.")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let selector = try input.selector()
    let answers = LookupAnswers(selector, format: format, limit: preference)
    let output = Output()
    var printer = LookupPrinter(answers, output: output)
    try printer.begin()
    let kind = input.keyKind
    kind.sayWhatIsUnknown()
    try printer.add(answers.made(for: try given(kind)))
    if !keyOptions.keys.isEmpty {
      _ = try KeySupply(options: keyOptions, kind: kind).forEachBatch(countingWith: 0) { _, batch in
        try answers.made(for: batch)
      } then: {
        try printer.add($0)
      }
    }
    try printer.end()
    try output.flush()
  }

  /// The keys among the arguments.
  private func given(_ kind: KeyKind) throws(CommandError) -> KeyBatch {
    var batch = KeyBatch(bytes: 64, hasWritten: true)
    for key in keysGiven {
      guard let bytes = kind.bytes(of: key) else {
        throw CommandError(
          "the key \(quoted(key)) is no \(kind.type.noun), which \(kind.text ?? "the key") is; give one"
        )
      }
      batch.append(bytes.span, written: key.utf8.span)
    }
    return batch
  }
}

/// How `lookup` prints.
enum LookupFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case tsv
  case json
}
