import ArgumentParser
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

/// `chash generate nginx`: an upstream with its hash line.
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

      Include it in http{} and name it in 'proxy_pass http://sessions;', or with --context stream \
      in stream{} and 'proxy_pass sessions;'. The output depends on the document alone. A file is \
      written whole or not at all.
      """)

  @Argument(
    help: "A cluster document (- for standard input), nginx.conf#upstream or haproxy.cfg#backend.")
  var cluster: String

  @Option(help: "Where the upstream will stand: http (layer 7) or stream (layer 4).")
  var context: ContextName = .http

  @Option(
    help: ArgumentHelp("Write to this file; - or nothing for standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Idle connections that each worker keeps open to the servers (http).", valueName: "number"))
  var keepalive: Int?

  @OptionGroup var clusterOptions: ClusterOptions

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a file.") }
    if context == .stream, keepalive != nil {
      throw ValidationError("--keepalive is for http; nginx keeps no connections in stream.")
    }
    if let keepalive, !(1...NginxUpstream.largestKeepalive).contains(keepalive) {
      throw ValidationError("--keepalive is a number from 1 to \(NginxUpstream.largestKeepalive).")
    }
  }

  func run() throws {
    let input = try ClusterInput(cluster, algorithm: clusterOptions.algorithm)
    // Builds the ring, too, so that what nginx could not run is refused here.
    let text = try upstream(of: input).text
    _ = try input.selector()
    if let output, output != "-" {
      try AtomicFile.write(Array(text.utf8), to: output, madeFrom: [cluster])
    } else {
      let standardOutput = Output()
      try standardOutput.write(text)
      try standardOutput.flush()
    }
  }

  private func upstream(of input: ClusterInput) throws -> NginxUpstream {
    do {
      return try NginxUpstream(input.cluster, context: context.context, keepalive: keepalive)
    } catch {
      throw input.source.refusal(error.subject.inCluster, error.problem, error.remedy)
    }
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

extension NginxEmitError.Subject {
  /// The part of the cluster document that has the mistake.
  fileprivate var inCluster: ClusterError.Subject {
    switch self {
    case .cluster, .keepalive: .cluster
    case .name: .name
    case .algorithm: .algorithm
    case .option(let name): .option(name)
    case .key: .key
    case .node(let position): .node(position)
    }
  }
}
