import ArgumentParser
import ClusterDocument
import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import RemapAnalysis

/// `chash adopt`: a document for an upstream that runs already, proven to generate an equivalent one.
struct AdoptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adopt",
    abstract: "Turn a running nginx upstream into a document that generates an equivalent one.",
    usage: "chash adopt <file>#<upstream> [--output <file>]",
    discussion: """
      Example:

        $ chash adopt nginx.conf#app --output app.yaml
        chash: app.yaml: 3 servers; what is generated from it sends 100,000 of 100,000 keys to the same servers
        $ chash generate nginx app.yaml --in-place nginx.conf

      The document is generated from, read again as nginx reads it, and compared: the servers with their \
      parameters, the key, and where generated keys go. If anything differs, no document is written. \
      The second command writes the upstream from the document, in its place in the configuration; from then \
      on change the document.
      """)

  @Argument(
    help:
      "The upstream: nginx.conf#upstream, or a part of another system's configuration with --algorithm."
  )
  var cluster: String

  @Option(
    help: ArgumentHelp(
      "Write the document to this file, which must not exist yet; - or nothing for standard output.",
      valueName: "file"))
  var output: String?

  @OptionGroup var clusterOptions: ClusterOptions

  /// How many keys are compared.
  private static let count = 100_000

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a file.") }
  }

  func run() throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let emitter = NginxEmitter()
    let emission: Emission
    let again: PlacedCluster
    let document = ClusterDocument.text(
      of: input.placed, properties: RuleCatalogue.all.nodePropertyNames)
    do throws(EmissionError) {
      let read = try input.document(document)
      emission = try emitter.emit(read)
      again = try emitter.readBack(read)
    } catch {
      throw input.source.refusal(error.subject, error.problem, error.remedy)
    }
    for note in emission.notes { Notes.say("left out: \(note)") }
    try requireEqualServers(input.placed, again)
    let same = try sameKeys(input, again)
    guard same == Self.count else {
      throw CommandError(
        "\(shown(cluster)): what would be generated sends \(grouped(Self.count - same)) of "
          + "\(grouped(Self.count)) keys to other servers; keep the upstream as it is, and report this"
      )
    }
    try write(document)
    let servers = counted(input.placed.nodes.count, "server", "servers")
    Notes.say(
      "\(output.map(shown) ?? shown(cluster)): \(servers); what is generated from it sends "
        + "\(grouped(same)) of \(grouped(Self.count)) keys to the same servers")
    for warning in emission.warnings { Notes.say("warning: \(warning)") }
  }

  private func write(_ document: String) throws {
    if let output, output != "-" {
      guard FileDescriptor.number(named: output) != nil || !FileDescriptor.exists(output) else {
        throw CommandError("\(shown(output)): exists already; name another file")
      }
      return try AtomicFile.write(Array(document.utf8), to: output, madeFrom: [cluster])
    }
    let standardOutput = Output()
    try standardOutput.write(document)
    try standardOutput.flush()
  }

  /// Throws unless both have the same servers with the same parameters.
  private func requireEqualServers(_ placed: PlacedCluster, _ again: PlacedCluster) throws {
    func described(_ node: Node) -> [String] {
      [
        node.address, "\(node.isMember)", "\(node.state == .up)",
        plain(node.weight == 0 ? 1 : node.weight),
      ]
    }
    guard placed.placement.rule == again.placement.rule,
      placed.nodes.map(described) == again.nodes.map(described)
        || placed.placement.rule == PlacementRule.nginxSplitClients.name
    else {
      throw CommandError(
        "\(shown(cluster)): what would be generated has other servers; keep the upstream as it is, and report "
          + "this")
    }
  }

  /// How many keys go to the same address.
  private func sameKeys(_ input: ClusterInput, _ again: PlacedCluster) throws -> Int {
    let before = try input.selector()
    let after: any NodeSelector
    do throws(ClusterError) {
      after = try RuleCatalogue.all.selector(for: again)
    } catch {
      throw CommandError("\(shown(cluster)): what would be generated has no selector: \(error)")
    }
    let addresses = [before, after].map { $0.nodes.map { NodeID($0.address) } }
    var same = 0
    GeneratedKeys(input.keyKind.generatedForm).forEach(count: Self.count) { key in
      let places = (before.index(for: key), after.index(for: key))
      if places.0.map({ addresses[0][$0] }) == places.1.map({ addresses[1][$0] }) { same += 1 }
    }
    return same
  }
}

extension ClusterInput {
  /// The cluster that a document says.
  fileprivate func document(_ text: String) throws(EmissionError) -> PlacedCluster {
    do throws(DocumentError) {
      return try ClusterDocument(
        yaml: text, file: "the document", properties: RuleCatalogue.all.nodePropertyNames
      ).placed
    } catch {
      throw EmissionError(.invalidProperty, .cluster, error.problem, remedy: error.remedy)
    }
  }
}
