import ArgumentParser
import Configurations
import ConsistentHashing
import NginxConfiguration

/// `chash generate`: configuration for other systems.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Write configuration for a proxy.",
    discussion: """
      Example:

        $ chash generate nginx sessions.yaml --output sessions.conf
      """,
    subcommands: [GenerateNginxCommand.self])
}

/// What all kinds of configuration are generated with.
struct GenerateOptions: ParsableArguments {
  @Argument(
    help: "A cluster document (- for standard input), nginx.conf#upstream or haproxy.cfg#backend.")
  var cluster: String

  @Option(
    help: ArgumentHelp("Write to this file; - or nothing for standard output.", valueName: "file"))
  var output: String?

  @Flag(help: "Fail if a parameter of the cluster would be left out.")
  var strict = false

  @OptionGroup var clusterOptions: ClusterOptions

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a file.") }
  }

  /// Writes the cluster with an emitter, and prints what is left out on standard error.
  func run(_ emitter: some ConfigurationEmitter) throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let emission: Emission
    do throws(EmissionError) {
      emission = try emitter.emit(input.placed)
    } catch {
      throw input.source.refusal(error.subject, error.problem, error.remedy)
    }
    // Builds the selector as well, so that what the system could not run is refused here.
    _ = try input.side()
    for note in EmissionNote.lines(emission.notes) { Notes.say("left out: \(printable(note))") }
    if strict, !emission.notes.isEmpty {
      let count = emission.notes.count
      throw CommandError(
        "\(shown(cluster)): \(count == 1 ? "1 parameter" : "\(count) parameters") would be left out; "
          + "nothing was written because of --strict")
    }
    if let output, output != "-" {
      try AtomicFile.write(Array(emission.text.utf8), to: output, madeFrom: [cluster])
    } else {
      let standardOutput = Output()
      try standardOutput.write(emission.text)
      try standardOutput.flush()
    }
  }
}

extension EmissionNote {
  /// The notes in lines.
  ///
  /// Nodes that lack the same parameter for the same reason share a line.
  fileprivate static func lines(_ notes: [EmissionNote]) -> [String] {
    struct Kind: Hashable {
      let parameter: String
      let reason: String
      let isOfNode: Bool
    }
    var order: [Kind] = []
    var nodes: [Kind: [String]] = [:]
    for note in notes {
      let kind = Kind(
        parameter: note.parameter, reason: note.reason, isOfNode: note.node != nil)
      if nodes[kind] == nil { order.append(kind) }
      nodes[kind, default: []] += note.node.map { [quoted($0.text)] } ?? []
    }
    return order.map { kind in
      let names = nodes[kind, default: []].joined(separator: ", ")
      return kind.parameter + (names.isEmpty ? "" : " of \(names)") + ": \(kind.reason)"
    }
  }
}

/// `chash generate nginx`: an upstream with its hash line, or a split_clients block.
struct GenerateNginxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nginx",
    abstract: "Write an nginx upstream.",
    usage: "chash generate nginx <cluster> [--context http|stream] [--output <file>]",
    discussion: """
      Example:

        $ chash generate nginx sessions.yaml
        # sessions: 2 servers, hash consistent; written by chash.
        upstream sessions {
            hash $cookie_sid consistent;

            server 10.0.0.1:8080;
            server 10.0.0.2:8080 weight=2;  # web-2
        }

      The algorithms are nginx (hash KEY consistent), nginx-hash (hash KEY), nginx-ip-hash (ip_hash) \
      and nginx-split-clients (split_clients KEY $NAME).

      Include an upstream in http{} and name it in 'proxy_pass http://sessions;', or with --context \
      stream in stream{} and 'proxy_pass sessions;'. Parameters of the cluster that nginx has no form \
      for are named on standard error. The output depends on the cluster alone. A file is written \
      whole or not at all.
      """)

  @OptionGroup var options: GenerateOptions

  @Option(
    help: ArgumentHelp(
      "Where the upstream belongs: http (layer 7) or stream (layer 4).",
      discussion: "By default as the cluster was read, or http."))
  var context: ContextName?

  @Option(
    help: ArgumentHelp(
      "Idle connections that each worker keeps open to the servers (http).", valueName: "number"))
  var keepalive: Int?

  func validate() throws {
    if context == .stream, keepalive != nil {
      throw ValidationError("--keepalive is for http; nginx keeps no connections in stream.")
    }
    if let keepalive, !(1...NginxEmitter.largestKeepalive).contains(keepalive) {
      throw ValidationError("--keepalive is a number from 1 to \(NginxEmitter.largestKeepalive).")
    }
  }

  func run() throws {
    try options.run(
      NginxEmitter(NginxEmitter.Options(context: context?.context, keepalive: keepalive)))
  }
}

/// A context of nginx as an argument.
enum ContextName: String, ExpressibleByArgument, CaseIterable {
  case http
  case stream

  var context: NginxContext {
    switch self {
    case .http: .http
    case .stream: .stream
    }
  }
}
