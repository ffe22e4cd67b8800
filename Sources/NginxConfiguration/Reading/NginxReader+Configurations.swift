public import Configurations
internal import ConsistentHashing

extension NginxReader: ConfigurationReader {
  /// `nginx`.
  public var system: String { "nginx" }

  /// `upstream`.
  public var unit: String { "upstream" }

  /// The reader for a configuration that runs in these surroundings, of which the addresses of host names
  /// count.
  public func reader(in surroundings: ConfigurationSurroundings) -> any ConfigurationReader {
    var reader = self
    reader.hosts = surroundings.hosts
    return reader
  }

  /// Compares names as nginx does, which ignores the case of letters.
  public func isSame(_ given: String, _ name: String) -> Bool {
    given.lowercased() == name.lowercased()
  }

  /// Reads a whole configuration, or a file of upstreams as `http` or `stream` includes it.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    let reading = try upstreams(of: bytes, file: file, files: files)
    let findings = NginxSessionFindings(reading)
    let clusters =
      reading.upstreams.map { upstream in
        var part = upstream.configured(hosts: hosts)
        part.findings = findings.findings(of: upstream)
        return (upstream.order, part)
      }
      + reading.splits.map { ($0.order, $0.configured) }
    return ConfigurationReading(
      clusters: clusters.sorted { $0.0 < $1.0 }.map(\.1), problems: reading.problems,
      unmatched: reading.unmatched)
  }

  /// Reads the blocks of a whole configuration, or of a file of upstreams.
  func upstreams(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> NginxReading
  {
    var reader = self
    reader.files = ConfigurationFiles(
      read: { path throws(ConfigurationFiles.Unreadable) in
        path == file ? bytes : try files.read(path)
      }, list: files.list, roots: files.roots)
    let reading = try reader.upstreams(in: file)
    if let list = NginxServerList(reading) { throw list.error }
    guard let place = fragment(reading) else { return reading }
    return try reader.upstreams(in: file, place: place)
  }

  /// The context that includes a file of upstreams.
  ///
  /// Nil for a whole configuration.
  ///
  /// A `server` that has `proxy_pass` itself, outside of any `location`, belongs to `stream`.
  private func fragment(_ whole: NginxReading) -> NginxReader.Place? {
    func statements(_ items: [NginxSyntaxItem]) -> [NginxStatement] {
      items.compactMap { item in
        if case .statement(let statement) = item { statement } else { nil }
      }
    }
    let top = statements(whole.files.first?.items ?? [])
    // The upstreams may also be in files that the file includes.
    let isRefused = whole.upstreams.isEmpty && !whole.isAccepted
    guard
      isRefused || top.contains(where: { $0.name == "upstream" || $0.name == "split_clients" }),
      !top.contains(where: { NginxContext(rawValue: $0.name) != nil && $0.block != nil })
    else { return nil }
    let isStream = top.contains { server in
      server.name == "server"
        && statements(server.block?.items ?? []).contains { $0.name == "proxy_pass" }
    }
    return .inside(isStream ? .stream : .http)
  }
}

extension NginxUpstreamBlock {
  /// Servers that are skipped while they have as many connections as they may have.
  private var loadDependencies: [ConfigurationDependency] {
    let limited = servers.filter { $0.maximumConnections > 0 && !$0.isDown }
    guard !limited.isEmpty else { return [] }
    let listed = HostAnswers.listed(limited.map { "\($0.address): \($0.maximumConnections)" })
    return [
      ConfigurationDependency(
        .load,
        "nginx passes over a server that has its max_conns of connections (\(listed)), and here each "
          + "has fewer")
    ]
  }

  /// The upstream as all systems have it.
  func configured(hosts: HostAnswers?) -> ConfiguredCluster {
    let result = Result { () throws(NoCluster) in try resolved(hosts: hosts) }
    let peers = try? result.get().peers
    var remarks: [String] = []
    if let sticky = sticky?.first {
      remarks.append(
        "Known sessions stay with their servers (sticky \(sticky)); "
          + "the document describes all other requests.")
    }
    return ConfiguredCluster(
      kind: "upstream", name: name, context: context.rawValue,
      summary: method.kind.rawValue + (method.key.map { ", key \($0.text)" } ?? "") + ", "
        + counted(servers.count, "server"),
      remarks: remarks, dependencies: (peers?.dependencies ?? []) + loadDependencies,
      keyExpression: method.key.flatMap { $0.expression(in: context) }, location: location,
      nodeLocations: peers?.locations ?? servers.map(\.location),
      result: result.map(\.placed), pool: pool(hosts: hosts))
  }
}

extension NginxSplitBlock {
  /// The block as all systems have it.
  var configured: ConfiguredCluster {
    ConfiguredCluster(
      kind: "split_clients", name: "$\(variable)", alias: variable, context: context.rawValue,
      summary: (key.map { "key \($0.text), " } ?? "") + counted(parts.count, "part"),
      keyExpression: key.flatMap { $0.expression(in: context) }, location: location,
      nodeLocations: parts.map(\.location),
      result: Result { () throws(NoCluster) in try cluster() })
  }
}

extension NginxKey {
  /// The key as an expression, if no `KeySource` says it.
  fileprivate func expression(in context: NginxContext) -> KeyExpression? {
    guard source(in: context) == nil else { return nil }
    return KeyExpression(
      text, values: isBinary ? "in which an address is 4 or 16 bytes and not text" : nil)
  }
}

/// A number with its noun.
func counted(_ count: Int, _ noun: String) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
}
