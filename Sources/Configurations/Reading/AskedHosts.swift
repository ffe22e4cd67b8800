/// Answers about hosts, each asked for once: many servers may have the same name with many addresses.
package struct AskedHosts {
  private let hosts: HostAnswers
  private var addresses: [String: [String]] = [:]
  private var services: [String: [ServiceTarget]?] = [:]

  package init(_ hosts: HostAnswers) { self.hosts = hosts }

  /// The addresses of a name as they stand before a port: IPv6 in brackets.
  package mutating func addresses(_ host: String) -> [String] {
    if let known = addresses[host] { return known }
    let answer = hosts.hosts(of: host)
    addresses[host] = answer
    return answer
  }

  /// The SRV records of a name; nil if the source has no such records.
  package mutating func services(_ host: String) -> [ServiceTarget]? {
    if let known = services[host] { return known }
    let answer = hosts.services?(host)
    services[host] = .some(answer)
    return answer
  }
}
