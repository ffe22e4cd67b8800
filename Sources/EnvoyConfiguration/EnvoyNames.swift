internal import Configurations
internal import ProxyProfiles

/// Which addresses of a name Envoy takes: `dns_lookup_family`.
enum EnvoyLookupFamily {
  case auto
  case onlyIPv4
  case onlyIPv6
  case preferredIPv4
  case all

  /// Takes the value as Envoy does; `AUTO` if there is none.
  init(_ word: String?) {
    switch word {
    case "V4_ONLY", "1": self = .onlyIPv4
    case "V6_ONLY", "2": self = .onlyIPv6
    case "V4_PREFERRED", "3": self = .preferredIPv4
    case "ALL", "4": self = .all
    default: self = .auto
    }
  }

  /// The addresses that Envoy takes, in their order; IPv6 in brackets.
  func picked(_ hosts: [String]) -> [String] {
    let isIPv6 = { (host: String) in host.utf8.first == UInt8(ascii: "[") }
    let (first, second) = (hosts.filter { !isIPv6($0) }, hosts.filter(isIPv6))
    return switch self {
    case .onlyIPv4: first
    case .onlyIPv6: second
    case .preferredIPv4: first.isEmpty ? second : first
    case .auto: second.isEmpty ? first : second
    case .all: hosts
    }
  }
}

extension EnvoyCluster {
  /// The most addresses of all names of a cluster.
  static let mostResolved = 1_000_000

  /// Makes a host of each address that a name has, with the weight of its endpoint, and says what depends on
  /// DNS.
  ///
  /// Only under `STRICT_DNS`, and only where addresses are hashed. Envoy 1.40 has shown this.
  ///
  /// - Parameter hosts: The addresses; nil to take each name for one host.
  mutating func resolve(_ hosts: HostAnswers?) {
    guard discovery == .strictDNS, !policy.usesHostnames else { return }
    let named = endpoints.filter { $0.isName && ($0.hashKey ?? "").isEmpty }
    guard !named.isEmpty else { return }
    guard let hosts else {
      let names = HostAnswers.listed(named.map { $0.hostname ?? $0.address })
      nameDependencies = [
        ConfigurationDependency(
          .hosts,
          "the answer depends on DNS: Envoy makes a host of each address that a name has (\(names)), and "
            + "hashes it, and here each name counts as one")
      ]
      return
    }
    var asked = AskedHosts(hosts)
    var absent: [String] = []
    var resolved: [EnvoyEndpoint] = []
    for endpoint in endpoints {
      guard endpoint.isName, (endpoint.hashKey ?? "").isEmpty, let name = endpoint.hostname else {
        resolved.append(endpoint)
        continue
      }
      let found = family.picked(asked.addresses(name))
      if found.isEmpty { absent.append(name) }
      guard resolved.count + found.count <= Self.mostResolved else {
        hasTooManyAddresses = true
        return
      }
      for host in found { resolved.append(endpoint.at(host)) }
    }
    endpoints = resolved
    unknownNames = absent
    nameDependencies = [
      ConfigurationDependency(.answers, "addresses of names are those of \(hosts.source)")
    ]
    if !absent.isEmpty {
      nameDependencies.append(
        ConfigurationDependency(
          .answers, "Envoy has no host for \(HostAnswers.listed(absent)) until DNS knows it"))
    }
  }
}

extension EnvoyEndpoint {
  /// The endpoint at an address of its name.
  fileprivate func at(_ host: String) -> EnvoyEndpoint {
    var copy = self
    let port = address.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(address[$0...]) } ?? ""
    let plain = host.utf8.first == UInt8(ascii: "[") ? String(host.dropFirst().dropLast()) : host
    let text = canonicalAddress(plain).map { $0.isIPv6 ? "[\($0.text)]" : $0.text } ?? host
    copy.address = text + port
    copy.printed = text + port
    copy.isName = false
    return copy
  }
}
