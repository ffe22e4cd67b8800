public import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

extension HAProxyReader: ConfigurationReader {
  /// `HAProxy`.
  public var system: String { "HAProxy" }

  /// `backend`.
  public var unit: String { "backend" }

  /// How files of HAProxy are recognised, where their contents do not tell: a first word that begins a
  /// section, or a name that ends in `.cfg` or has `haproxy` in it.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(
      firstWords: [
        "backend", "cache", "defaults", "frontend", "global", "listen", "peers", "resolvers",
        "userlist",
      ], suffixes: [".cfg"], nameParts: ["haproxy"])
  }

  /// The number of lines that begin with a word of HAProxy and end as its lines do.
  public func likeness(of bytes: [UInt8]) -> Int {
    ConfigurationLines(of: bytes).count { line in
      Self.commonWords.contains(line.word) && !";{}".utf8.contains(line.last)
    }
  }

  private static let commonWords: Set<String> = [
    ".if", ".elif", ".else", ".endif", "acl", "backend", "balance", "bind", "cache",
    "default-server", "default_backend", "defaults", "fcgi-app", "frontend", "global", "hash-type",
    "http-errors", "http-request", "http-response", "listen", "log", "log-forward", "mailers",
    "maxconn", "mode", "nameserver", "option", "peer", "peers", "program", "resolvers", "ring",
    "server", "server-template", "setenv", "presetenv", "stats", "stick", "stick-table",
    "tcp-request", "timeout", "use_backend", "user", "userlist",
  ]

  /// The files of a folder as HAProxy reads them: those that end in `.cfg`, in the order of their bytes.
  public func files(amongNames names: [String]) -> [String] {
    names.filter { $0.utf8.suffix(4).elementsEqual(".cfg".utf8) && $0.utf8.first != 0x2E }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The reader for a configuration that runs in these surroundings.
  ///
  /// Their version also decides which words are known.
  public func reader(in surroundings: ConfigurationSurroundings) -> any ConfigurationReader {
    HAProxyReader(
      version: surroundings.version.flatMap(HAProxyVersion.init) ?? version, limits: limits,
      surroundings: surroundings)
  }

  /// Reads a configuration.
  ///
  /// HAProxy includes no files.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    try reading(of: [ConfigurationPart(file: file, bytes: bytes)], files: files)
  }

  /// Reads files as HAProxy does with several `-f`: names and `defaults` are shared.
  public func reading(of parts: [ConfigurationPart], files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    let reading = try backends(in: parts.map { (file: $0.file, bytes: $0.bytes) })
    return ConfigurationReading(
      clusters: reading.backends.map { backend in
        var part = backend.configured(hosts: surroundings.hosts)
        part.findings = backend.findings
        return part
      },
      problems: reading.problems)
  }
}

extension HAProxyBackend {
  /// The backend as all systems have it.
  func configured(hosts: HostAnswers?) -> ConfiguredCluster {
    let result = Result { () throws(NoCluster) in try cluster(hosts: hosts) }
    var remarks: [String] = []
    if !firstChoices.isEmpty {
      let lines = firstChoices.prefix(10).map { "\($0.keyword) in line \($0.location.line)" }
      let more =
        firstChoices.count > lines.count ? " and \(firstChoices.count - lines.count) more" : ""
      remarks.append(
        "Before balance, servers are picked by \(lines.joined(separator: ", "))\(more); "
          + "the document describes all other requests.")
    }
    if hashBalanceFactor > 0 {
      remarks.append(
        "The document describes servers below hash-balance-factor \(hashBalanceFactor).")
    }
    if case .success(let placed) = result,
      placed.placement.rule == PlacementRule.haproxyConsistent.name,
      placed.placement.options["hash-key"] == nil
    {
      remarks.append(
        "HAProxy 3.0 to 3.2 without the fix of October 2025 places the servers elsewhere: "
          + "haproxy-consistent-3.0.")
    }
    var expression: KeyExpression?
    if case .expression(let text) = method, case .success(let placed) = result,
      placed.placement.key == nil
    {
      expression = KeyExpression(text)
    }
    return ConfiguredCluster(
      kind: kind.rawValue, name: name,
      summary: isInUndecidedCondition
        ? "in a condition that cannot be decided here"
        : "balance \(method.name), "
          + (servers.count == 1 ? "1 server" : "\(servers.count) servers"),
      remarks: remarks, dependencies: dependencies(hosts: hosts), keyExpression: expression,
      location: location,
      nodeLocations: servers.map(\.location), result: result, pool: pool(hosts: hosts))
  }
}
