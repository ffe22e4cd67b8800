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
    help:
      "A cluster document (- for standard input), or a part of a configuration: nginx.conf#upstream."
  )
  var cluster: String

  @Option(
    help: ArgumentHelp("Write to this file; - or nothing for standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Replace the block of the cluster's name in this configuration, and keep every other byte.",
      discussion: "What the old block says and the cluster does not, such as keepalive, is kept.",
      valueName: "file"))
  var inPlace: String?

  @Flag(help: "Fail if a parameter of the cluster would be left out.")
  var strict = false

  @Flag(
    help: ArgumentHelp(
      "Write nothing: print how the file differs, and end with status 2 if it does.",
      discussion: "For --output and --in-place."))
  var check = false

  @Flag(
    help: ArgumentHelp(
      "Write over a file that chash did not write, or that was changed since.",
      discussion: "For --output. Without it such a file stays as it is."))
  var force = false

  @Option(
    help: ArgumentHelp(
      "Run this command after writing, and put the old file back if it fails.",
      discussion: "A line for /bin/sh, such as 'nginx -t'. It does not run if nothing has changed.",
      valueName: "command"))
  var test: String?

  @Option(
    help: ArgumentHelp(
      "Run this command in the end, such as 'nginx -s reload'.",
      discussion: "It does not run if nothing has changed.", valueName: "command"))
  var reload: String?

  @OptionGroup var clusterOptions: ClusterOptions

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output needs the name of a file.") }
    if inPlace?.isEmpty == true { throw ValidationError("--in-place needs the name of a file.") }
    if output != nil, inPlace != nil {
      throw ValidationError("--output and --in-place both say what to write; give one of them.")
    }
    for (name, text) in [("test", test), ("reload", reload)] where text?.isEmpty == true {
      throw ValidationError("--\(name) needs a command.")
    }
    let isFile = inPlace != nil || (output.map { $0 != "-" } ?? false)
    if !isFile, check || force || test != nil || reload != nil {
      throw ValidationError(
        "--check, --force, --test and --reload need a file: --output or --in-place.")
    }
    if force, inPlace != nil {
      throw ValidationError(
        "--force is for --output; --in-place changes nothing outside the block.")
    }
    if check, force || test != nil || reload != nil {
      throw ValidationError(
        "--check writes nothing, so --force, --test and --reload have no meaning.")
    }
    if let inPlace, FileDescriptor.isStandardInput(inPlace) {
      throw ValidationError("--in-place needs a file; standard input cannot be replaced.")
    }
  }

  /// Writes the cluster with an emitter, and prints what is left out on standard error.
  func run(_ emitter: some ConfigurationEmitter) throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let emission = try input.emitting { input throws(EmissionError) in try emitter.emit(input) }
    try say(emission.notes)
    if let output, output != "-" {
      try write(emission.text, of: input.placed, to: output)
    } else {
      let standardOutput = Output()
      try standardOutput.write(emission.text)
      try standardOutput.flush()
    }
    say(emission.warnings)
  }
}

extension GenerateOptions {
  /// Writes a text to a file, with a header that tells where it comes from.
  private func write(_ text: String, of placed: PlacedCluster, to path: String) throws {
    // Devices and pipes have no old contents, and get the text alone.
    guard FileDescriptor.number(named: path) == nil, !FileDescriptor.isSpecial(path) else {
      guard !check, test == nil, reload == nil else {
        throw CommandError("\(shown(path)): is no file that could be compared; name a file")
      }
      return try AtomicFile.write(Array(text.utf8), to: path, madeFrom: [cluster])
    }
    let bytes = GeneratedText(text, of: placed, from: cluster).bytes
    let target = try TargetFile(path, isForced: force)
    if check { return try target.check(against: bytes) }
    let file = try AtomicFile(path, madeFrom: [cluster])
    try target.protectEdits()
    try target.replace(
      file, with: bytes, test: test.map(ShellCommand.init), reload: reload.map(ShellCommand.init))
  }

  /// Writes the cluster into a configuration of nginx, and prints what is left out on standard error.
  func edit(_ path: String, _ emitter: NginxEmitter) throws {
    let input = try ClusterInput(cluster, clusterOptions)
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: 64 << 20)
    let edit = try input.emitting { placed throws(EmissionError) in
      try emitter.edit(
        placed, in: bytes, file: path, files: clusterOptions.reading.files)
    }
    try say(edit.notes)
    defer { say(edit.warnings) }
    let target = try TargetFile(path, isForced: true)
    if check { return try target.check(against: edit.bytes) }
    guard edit.bytes != bytes else {
      return Notes.say("\(edit.location): the block says so already; nothing is written")
    }
    let written = try AtomicFile(path, editing: true)
    try target.replace(
      written, with: edit.bytes, test: test.map(ShellCommand.init),
      reload: reload.map(ShellCommand.init))
    Notes.say("\(edit.location): the block is replaced, every other byte is kept")
  }

  /// Prints what the operator should know about what was written.
  fileprivate func say(_ warnings: [String]) {
    for warning in warnings { Notes.say("warning: \(warning)") }
  }

  /// Names what is left out, which may be an error.
  private func say(_ notes: [EmissionNote]) throws {
    for note in EmissionNote.lines(notes) { Notes.say("left out: \(note)") }
    if strict, !notes.isEmpty {
      let count = notes.count
      throw CommandError(
        "\(shown(cluster)): \(count == 1 ? "1 parameter" : "\(count) parameters") would be left out; "
          + "nothing was written because of --strict")
    }
  }
}

extension ClusterInput {
  /// Writes the cluster, and refuses as well what the system could not run.
  fileprivate func emitting<Result>(
    _ write: (PlacedCluster) throws(EmissionError) -> Result
  ) throws -> Result {
    let result: Result
    do throws(EmissionError) {
      result = try write(placed)
    } catch {
      throw source.refusal(error.subject, error.problem, error.remedy)
    }
    _ = try side()
    return result
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
            hash $cookie_user consistent;

            server 10.0.0.1:8080;
            server 10.0.0.2:8080 weight=2;  # web-2
        }

      The algorithms are nginx (hash KEY consistent), nginx-hash (hash KEY), nginx-ip-hash (ip_hash) \
      and nginx-split-clients (split_clients KEY $NAME).

      Include an upstream in http{} and name it in 'proxy_pass http://sessions;', or with --context \
      stream in stream{} and 'proxy_pass sessions;'. Parameters of the cluster that nginx has no form \
      for are named on standard error. The output depends on the cluster alone. A file is written \
      whole or not at all. A file that is read is never written over, except by --in-place.
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

  @Option(
    help: ArgumentHelp(
      "What to write: upstreams, server or site.",
      discussion:
        "upstreams (the default) belong in http{} or stream{}; server belongs in a server{}, and sends "
        + "requests to them; site is both, with the server{}."))
  var part: PartName = .upstreams

  @Option(help: "Where a site listens, as nginx's listen has it, such as '443 ssl'.")
  var listen: String?

  @Option(help: "The names of a site, as nginx's server_name has them.")
  var serverName: String?

  @Option(
    help: ArgumentHelp(
      "The path that goes to the servers (server, site; by default /).", valueName: "path"))
  var location: String?

  func validate() throws {
    for (name, text) in [("listen", listen), ("server-name", serverName), ("location", location)]
    where text?.isEmpty == true {
      throw ValidationError("--\(name) needs a value.")
    }
    if part != .site, listen != nil || serverName != nil {
      throw ValidationError("--listen and --server-name are for '--part site'.")
    }
    if part == .upstreams, location != nil {
      throw ValidationError("--location is for '--part server' and '--part site'.")
    }
    if part == .site, context == .stream, listen == nil {
      throw ValidationError("A site in a stream needs --listen.")
    }
    if context == .stream, serverName != nil || location != nil {
      throw ValidationError("--server-name and --location are for http.")
    }
    if context == .stream, keepalive != nil {
      throw ValidationError("--keepalive is for http; nginx keeps no connections in stream.")
    }
    if let keepalive, !(1...NginxEmitter.largestKeepalive).contains(keepalive) {
      throw ValidationError("--keepalive is a number from 1 to \(NginxEmitter.largestKeepalive).")
    }
  }

  func run() throws {
    let emitter = NginxEmitter(
      NginxEmitter.Options(
        context: context?.context, keepalive: keepalive, part: part.part, listen: listen,
        serverName: serverName, location: location))
    guard let file = options.inPlace else { return try options.run(emitter) }
    try options.edit(file, emitter)
  }
}

/// How much of a configuration is written, as an argument.
enum PartName: String, ExpressibleByArgument, CaseIterable {
  case upstreams
  case server
  case site

  var part: NginxPart {
    switch self {
    case .upstreams: .upstreams
    case .server: .server
    case .site: .site
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
