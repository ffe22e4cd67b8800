internal import Configurations
internal import ProxyProfiles

extension HAProxyBackend {
  /// What the backend depends on outside of the configuration.
  func dependencies(hosts: HostAnswers?) -> [ConfigurationDependency] {
    environmentDependencies + hostDependencies(hosts)
  }

  private var environmentDependencies: [ConfigurationDependency] {
    var callers: [String] = []
    var fallbacks: [String] = []
    let more = sources.count > [HAProxyVariableSource].most ? " and more" : ""
    for source in sources.prefix([HAProxyVariableSource].most) {
      switch source {
      case .caller(let name): callers.append(name)
      case .fallback(let name): fallbacks.append(name)
      // A warning in its line says so.
      case .nothing: break
      }
    }
    var texts: [String] = []
    if !callers.isEmpty {
      texts.append(
        "from the environment of this program, which may not be that of HAProxy, it takes "
          + callers.joined(separator: ", ") + more)
    }
    if !fallbacks.isEmpty {
      texts.append(
        "\(fallbacks.joined(separator: ", "))\(more) \(fallbacks.count == 1 ? "is" : "are") not set here, "
          + "so what the configuration says for that case counts")
    }
    return texts.map { ConfigurationDependency(.environment, $0) }
  }

  private func hostDependencies(_ hosts: HostAnswers?) -> [ConfigurationDependency] {
    var unknown: [String] = []
    var services: [String] = []
    var known: [String] = []
    var seen: Set<String> = []
    var hasUnequal = false
    var hashed: [String] = []
    for server in servers {
      guard let host = server.hostName else { continue }
      if server.isService {
        if let services = hosts?.services {
          // Many servers of a template have one name.
          if seen.insert(host).inserted {
            known.append(host)
            hasUnequal = hasUnequal || Set(services(host).map(Self.weight(of:))).count > 1
          }
        } else {
          services.append(host)
        }
      } else if hosts == nil {
        if server.isResolvedLater { unknown.append(host) }
        if server.hashKey == .address || server.hashKey == .addressAndPort { hashed.append(host) }
      }
    }
    var dependencies: [ConfigurationDependency] = []
    if !services.isEmpty {
      dependencies.append(
        ConfigurationDependency(
          .services,
          "the answer depends on DNS (\(HostAnswers.listed(services))): HAProxy uses only as many "
            + "servers as there are SRV records, and here all of them are up"))
    }
    if !unknown.isEmpty || !hashed.isEmpty {
      let key = hashed.isEmpty ? nil : servers.first?.hashKey.rawValue
      let hashing = key.map { "hashes addresses (hash-key \($0)), and names have none here" }
      let using =
        unknown.isEmpty
        ? nil : "uses only the servers that have an address, and here all of them are up"
      dependencies.append(
        ConfigurationDependency(
          .hosts,
          "the answer depends on DNS (\(HostAnswers.listed(unknown + hashed))): HAProxy "
            + [using, hashing].compactMap { $0 }.joined(separator: "; it ")))
    }
    if let hosts, !known.isEmpty {
      dependencies.append(
        ConfigurationDependency(
          .answers,
          "SRV records (\(HostAnswers.listed(known))) are those of \(hosts.source), with their weights"
            + (hasUnequal
              ? "; HAProxy decides which server takes which record, and here they are in the order of "
                + "\(hosts.source)"
              : "")))
    }
    if let hosts, servers.contains(where: { $0.hostName != nil && !$0.isService }) {
      dependencies.append(
        ConfigurationDependency(.answers, "addresses of names are those of \(hosts.source)"))
    }
    return dependencies
  }
}

extension HAProxyServerLine {
  /// The host name in the address; nil for an address that is none.
  var hostName: String? {
    guard let parts = try? HAProxyServerAddress(Array(address.utf8)[...], .newest),
      case .host(let name, isIPv6: false) = parts.place,
      name.utf8.contains(where: { $0 != UInt8(ascii: ".") && !(0x30...0x39).contains($0) })
    else { return nil }
    return name
  }

  /// Whether the name is one of SRV records, which HAProxy knows by its underscore.
  var isService: Bool { address.utf8.first == UInt8(ascii: "_") }

  /// Whether DNS may give another address while HAProxy runs.
  var isResolvedAgain: Bool { parameters["resolvers"] != nil }

  /// Whether DNS may give the same address to several servers.
  var allowsRepeatedAddresses: Bool {
    parameters["resolve-opts"]?.split(separator: ",").contains("allow-dup-ip") ?? false
  }
}
