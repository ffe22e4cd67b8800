public import Configurations
internal import ConsistentHashing

extension HAProxyReader: ConfigurationReader {
  /// `HAProxy`.
  public var system: String { "HAProxy" }

  /// `backend`.
  public var unit: String { "backend" }

  /// How files of HAProxy are recognised: a first word that begins a section, or a name that ends in
  /// `.cfg` or has `haproxy` in it.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(
      firstWords: [
        "backend", "cache", "defaults", "frontend", "global", "listen", "peers", "resolvers",
        "userlist",
      ], suffixes: [".cfg"], nameParts: ["haproxy"])
  }

  /// Reads a configuration.
  ///
  /// HAProxy includes no files.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    let reading = try backends(in: bytes, file: file)
    return ConfigurationReading(
      clusters: reading.backends.map(\.configured), problems: reading.problems)
  }
}

extension HAProxyBackend {
  /// The backend as all systems have it.
  var configured: ConfiguredCluster {
    let result = Result { () throws(NoCluster) in try cluster() }
    var remarks: [String] = []
    if !firstChoices.isEmpty {
      let lines = firstChoices.map { "\($0.keyword) in line \($0.location.line)" }
      remarks.append(
        "Before balance, servers are picked by \(lines.joined(separator: ", ")); "
          + "the document describes all other requests.")
    }
    if hashBalanceFactor > 0 {
      remarks.append(
        "The document describes servers below hash-balance-factor \(hashBalanceFactor).")
    }
    var expression: KeyExpression?
    if case .expression(let text) = method, case .success(let placed) = result,
      placed.placement.key == nil
    {
      expression = KeyExpression(text)
    }
    return ConfiguredCluster(
      kind: kind.rawValue, name: name,
      summary: "balance \(method.name), "
        + (servers.count == 1 ? "1 server" : "\(servers.count) servers"),
      remarks: remarks, keyExpression: expression, location: location,
      nodeLocations: servers.map(\.location), result: result)
  }
}
