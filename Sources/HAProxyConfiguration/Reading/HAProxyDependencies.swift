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
    var hashed: [String] = []
    for server in servers {
      guard let host = server.hostName else { continue }
      if server.isService {
        services.append(host)
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
    if let hosts, servers.contains(where: { $0.hostName != nil && !$0.isService }) {
      dependencies.append(
        ConfigurationDependency(.answers, "addresses of names are those of \(hosts.source)"))
    }
    return dependencies
  }

  /// The servers with the addresses of their names.
  ///
  /// A server whose name is resolved at start has the first address of it. Of servers whose name is
  /// resolved while HAProxy runs, each takes another address, and those that are left over are down, as
  /// `show servers state` of 2.6.12 said; with `resolve-opts allow-dup-ip` they begin anew.
  func resolved(hosts: HostAnswers?) throws(NoCluster) -> [HAProxyServerLine] {
    guard let hosts else { return servers }
    var used: [String: Int] = [:]
    var resolved: [HAProxyServerLine] = []
    for var server in servers {
      if let host = server.hostName, !server.isService {
        let addresses = hosts.addresses(host)
        var index = 0
        if server.isResolvedAgain {
          index = used[host, default: 0]
          used[host] = index + 1
          if server.allowsRepeatedAddresses, !addresses.isEmpty { index %= addresses.count }
        }
        if index < addresses.count {
          server.take(address: addresses[index])
        } else if server.isResolvedLater {
          server.isDisabled = true
        } else {
          throw NoCluster(
            .rejected, "could not resolve address '\(host)'",
            remedy: "\(hosts.source) has no address of it", location: server.location)
        }
      }
      resolved.append(server)
    }
    return resolved
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

  /// Puts an address in the place of the name.
  fileprivate mutating func take(address: String) {
    let isIPv6 = address.utf8.contains(UInt8(ascii: ":"))
    let host = isIPv6 ? "[\(address)]" : address
    guard let text = placed else { return }
    let port = text.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(text[$0...]) } ?? ""
    placed = host + port
  }
}
