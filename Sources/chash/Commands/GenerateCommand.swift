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
      and nginx-split-clients (split_clients KEY $NAME). With --engine lua they are ketama, jump, \
      rendezvous and maglev.

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

  @Option(
    help: ArgumentHelp(
      "The oldest nginx that is to take it, such as 1.22.1; the newest by default.",
      discussion: "Parameters that came later are left out, and named.", valueName: "version"))
  var nginxVersion: VersionOfNginx?

  @Option(help: "Where a site listens, as nginx's listen has it, such as '443 ssl'.")
  var listen: String?

  @Option(help: "The names of a site, as nginx's server_name has them.")
  var serverName: String?

  @Option(
    help: ArgumentHelp(
      "The path that goes to the servers (server, site; by default /).", valueName: "path"))
  var location: String?

  @Option(
    help: ArgumentHelp(
      "What picks the servers: native, lua, njs or split-clients.",
      discussion:
        "native (the default) are nginx's own methods. lua and njs are its modules, which place keys by the "
        + "algorithms of this library, with files beside the text; split-clients does so without a module."
    ))
  var engine: EngineName = .native

  @Option(
    help: ArgumentHelp(
      "Where the routers will have the files of the engine (by default the folder of --output).",
      valueName: "folder"))
  var filesAt: String?

  func validate() throws {
    try validateFiles()
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

  /// Files need a place.
  private func validateFiles() throws {
    guard engine.engine.needsFiles else {
      if filesAt != nil { throw ValidationError("--files-at is for the engines lua and njs.") }
      return
    }
    if let filesAt, !filesAt.hasPrefix("/") {
      throw ValidationError("--files-at is an absolute path, as the routers have it.")
    }
    if options.inPlace != nil {
      throw ValidationError(
        "The engine \(engine.rawValue) has files beside the text, which --in-place cannot add; write to a "
          + "file of its own with --output, and include it.")
    }
    if part != .server, options.output ?? "-" == "-" {
      throw ValidationError(
        "The engine \(engine.rawValue) has files beside the text; name the file of the text with --output."
      )
    }
  }

  func run() throws {
    var filesAt = filesAt
    if engine.engine.needsFiles, let output = options.output, output != "-" {
      filesAt = try filesAt ?? GeneratedFiles.folder(of: output)
    }
    let emitterOptions = NginxEmitter.Options(
      context: context?.context, keepalive: keepalive, part: part.part, listen: listen,
      serverName: serverName, location: location, engine: engine.engine, filesAt: filesAt)
    let emitter = { (history: ListHistory) in
      NginxEmitter(emitterOptions, version: nginxVersion?.version ?? .newest, history: history)
    }
    guard let file = options.inPlace else {
      warnAboutLibrary()
      return try options.run(emitter)
    }
    try options.edit(file, emitter)
  }

  /// What `nginx -t` does not find out: it runs no Lua.
  private func warnAboutLibrary() {
    guard engine == .lua, part != .server, SharedLibrary.hasXXHash == false else { return }
    Notes.say(
      "warning: this machine has no libxxhash, which nginx's Lua module loads with the first request, and "
        + "'nginx -t' does not ask for. Install it on the routers (Debian: libxxhash0)")
  }
}

/// A version of nginx as an argument.
struct VersionOfNginx: ExpressibleByArgument {
  let version: NginxVersion

  init?(argument: String) {
    guard let version = NginxVersion(argument) else { return nil }
    self.version = version
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

/// What picks the servers, as an argument.
enum EngineName: String, ExpressibleByArgument, CaseIterable {
  case native
  case lua
  case njs
  case splitClients = "split-clients"

  var engine: NginxEngine {
    switch self {
    case .native: .native
    case .lua: .lua
    case .njs: .njs
    case .splitClients: .splitClients
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
