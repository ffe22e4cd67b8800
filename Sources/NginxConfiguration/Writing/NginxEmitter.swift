public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

/// Writes clusters as nginx configuration: an `upstream` block, or a `split_clients` block.
///
/// ```swift
/// let cluster = try Cluster(name: "sessions", nodes: ["10.0.0.1:8080", "10.0.0.2:8080"])
/// let placed = PlacedCluster(cluster, Placement(rule: "nginx", key: .cookie("sid")))
/// print(try NginxEmitter().emit(placed).text)
/// ```
///
/// | rule | what is written |
/// |---|---|
/// | `nginx` | `hash KEY consistent` |
/// | `nginx-hash` | `hash KEY` |
/// | `nginx-ip-hash` | `ip_hash` |
/// | `nginx-split-clients` | `split_clients KEY $NAME` |
///
/// ``NginxReader`` reads what is written as an equal cluster. `emit(_:)` checks with it that nginx would
/// accept the text.
public struct NginxEmitter: ConfigurationEmitter {
  /// What the cluster does not say.
  public struct Options: RuleOptions {
    /// Where the block belongs.
    ///
    /// By default as the cluster's property `context` says, or else `http`.
    public var context: NginxContext?
    /// Idle connections that each worker keeps to the servers.
    ///
    /// By default as the cluster's property `keepalive` says.
    public var keepalive: Int?
    /// How much is written.
    public var part = NginxPart.upstreams
    /// The arguments of `listen`, for a whole site.
    ///
    /// By default `80` in `http`. A stream has none.
    public var listen: String?
    /// The arguments of `server_name`, for a whole site in `http`.
    ///
    /// By default no names: the server takes all hosts that no other one takes.
    public var serverName: String?
    /// The path of the location that goes to the cluster.
    ///
    /// By default `/`.
    public var location: String?
    /// What picks the servers.
    public var engine = NginxEngine.native
    /// The folder in which nginx will find the files that the engine needs: an absolute path.
    ///
    /// The text depends on it, and the files do not.
    public var filesAt: String?

    /// Creates the options with all defaults.
    public init() {}

    /// Creates options.
    public init(
      context: NginxContext? = nil, keepalive: Int? = nil, part: NginxPart = .upstreams,
      listen: String? = nil, serverName: String? = nil, location: String? = nil,
      engine: NginxEngine = .native, filesAt: String? = nil
    ) {
      self.context = context
      self.keepalive = keepalive
      self.part = part
      self.listen = listen
      self.serverName = serverName
      self.location = location
      self.engine = engine
      self.filesAt = filesAt
    }

    /// The options by their names.
    public static var fields: [OptionField<Self>] {
      [
        .word("context", \.context, "where the block belongs: http (layer 7) or stream (layer 4)"),
        .integer(
          "keepalive", \.keepalive, in: 1...largestKeepalive,
          "idle connections that each worker keeps to the servers (http)"),
        .word(
          "part", \.part,
          "what is written: upstreams (for http{} or stream{}), server (for server{}), or site (both)"
        ),
        .text("listen", \.listen, "where a site listens, as nginx's listen has it"),
        .text("server-name", \.serverName, "the names of a site, as nginx's server_name has them"),
        .text("location", \.location, "the path that goes to the servers"),
        .word("engine", \.engine, "what picks the servers"),
        .text("files-at", \.filesAt, "the folder where nginx finds the files of the engine"),
      ]
    }
  }

  /// `nginx`.
  public static let system = "nginx"

  /// What is written, in one line.
  public static let summary = "an upstream or split_clients block"

  /// The rules that nginx places keys by.
  public static var rules: [String] { methods.map(\.name) }

  /// The most idle connections that an emitter writes.
  ///
  /// One address has no more ports.
  public static let largestKeepalive = 65535

  /// The options.
  public let options: Options

  /// The version that the text is for.
  ///
  /// Parameters that came later are left out.
  public let version: NginxVersion

  /// The earlier lists that sessions still live by, if they follow their list.
  public let history: ListHistory

  /// Creates an emitter for the newest version.
  public init(_ options: Options) {
    self.init(options, version: .newest)
  }

  /// Creates an emitter.
  public init(
    _ options: Options = Options(), version: NginxVersion, history: ListHistory = ListHistory()
  ) {
    self.options = options
    self.version = version
    self.history = history
  }

  /// Creates an emitter with all defaults.
  public init() {
    self.init(Options())
  }

  /// Writes a cluster.
  ///
  /// - Throws: `EmissionError` if nginx has no such rule, would refuse the block, or would read something
  ///   else than the cluster says. A cluster whose nodes are all down is written.
  public func emit(_ placed: PlacedCluster) throws(EmissionError) -> Emission {
    let written = try write(placed)
    return Emission(
      text: NginxItem.print(written.items), files: written.files, notes: written.notes,
      warnings: written.warnings)
  }

  /// Writes a cluster as a syntax tree, to replace a block of a file with
  /// ``NginxSyntaxTree/replacing(_:with:)``.
  ///
  /// - Throws: `EmissionError` as ``emit(_:)`` does.
  public func items(of placed: PlacedCluster) throws(EmissionError) -> [NginxItem] {
    try write(placed).items
  }

  /// The variable that has the id of a session, without its `$`.
  package static func sessionVariable(ofCluster name: String) -> String {
    String(NginxSessionNames(cluster: name).id.dropFirst())
  }

  /// What is written for a cluster.
  struct Written {
    var items: [NginxItem]
    let notes: [EmissionNote]
    var warnings: [String] = []
    /// What the items name, without the folder.
    var files: [EmissionFile] = []
    /// How requests go from server to server, where nginx's own methods do not do that.
    var choices: NginxChoices?
  }

  func write(_ placed: PlacedCluster) throws(EmissionError) -> Written {
    let context = try context(for: placed.cluster)
    try checkFolder()
    var written =
      switch options.engine {
      case .native: try native(placed, context)
      case .lua: try lua(placed, context)
      case .njs: try njs(placed, context)
      case .splitClients: try splitClients(placed, context)
      }
    written.items = Self.remark(about: written.files) + written.items
    let server = NginxServerPart(
      placed: placed, context: context, options: options, choices: written.choices)
    switch options.part {
    case .upstreams: try refuseOptions(of: "a site", [options.listen, options.serverName])
    case .server:
      try refuseOptions(of: "a site", [options.listen, options.serverName])
      written.items = try server.items()
      written.files = []
    case .site: written.items += [.blank, try server.site()]
    }
    if options.part == .upstreams { try refuseOptions(of: "a server", [options.location]) }
    written.warnings += [SessionCookieNames.warning(about: placed.placement.key)].compactMap(\.self)
    written.warnings += NginxKeyWarnings(placed: placed, context: context, options: options).texts
    return written
  }

  private func refuseOptions(of part: String, _ values: [String?]) throws(EmissionError) {
    guard values.allSatisfy({ $0 == nil }) else {
      throw EmissionError(
        .invalidOption, .cluster, "\(part) is not written, and an option is for it",
        remedy: "leave the option out, or write \(part)")
    }
  }

  func context(for cluster: Cluster) throws(EmissionError) -> NginxContext {
    if let context = options.context { return context }
    guard let word = cluster.properties[NginxProperty.context] else { return .http }
    guard let context = NginxContext(rawValue: word) else {
      throw EmissionError(
        .invalidProperty, .cluster, "the context is \(quoted(word))",
        remedy: "use http or stream")
    }
    return context
  }
}
