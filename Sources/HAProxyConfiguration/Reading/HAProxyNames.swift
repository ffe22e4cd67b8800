internal import Configurations

extension HAProxyBackend {
  /// The servers with the addresses of their names.
  ///
  /// A server whose name is resolved at start has the first address of it. Of servers whose name is
  /// resolved while HAProxy runs, each takes another address, and those that are left over are down, as
  /// `show servers state` of 2.6.12 said; with `resolve-opts allow-dup-ip` they begin anew.
  ///
  /// Of servers that have an SRV record, each takes another one with its weight, whatever its priority is,
  /// and those that are left over are down; 2.6.12 said this as well. Keys of 2.6.12 and 2.8.25 went where
  /// these weights send them.
  func resolved(hosts: HostAnswers?) throws(NoCluster) -> [HAProxyServerLine] {
    guard let hosts else { return servers }
    // A template has as many servers as it says, all of one name.
    var asked = AskedHosts(hosts)
    var used: [String: Int] = [:]
    var resolved: [HAProxyServerLine] = []
    for var server in servers {
      if server.isService {
        if let host = server.hostName, let records = asked.services(host) {
          let index = used[host, default: 0]
          used[host] = index + 1
          if index < records.count {
            let weight = Self.weight(of: records[index])
            // Of a backend that takes no weights while it runs, HAProxy can only put servers out of use.
            if hashType.isConsistent || weight == 0 { server.weight = weight }
          } else {
            server.isDisabled = true
          }
        }
      } else if let host = server.hostName {
        let addresses = asked.addresses(host)
        var index = 0
        if server.isResolvedAgain {
          index = used[host, default: 0]
          used[host] = index + 1
          if server.allowsRepeatedAddresses, !addresses.isEmpty { index %= addresses.count }
        }
        if index < addresses.count {
          server.take(host: addresses[index])
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

  /// The weight that HAProxy 2.6.12 gave to a server for a record: 256 steps for those of DNS.
  static func weight(of record: ServiceTarget) -> Int { (Int(record.weight) + 255) / 256 }
}

extension HAProxyServerLine {
  /// Puts an address in the place of the name.
  fileprivate mutating func take(host: String) {
    guard let text = placed else { return }
    let port = text.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(text[$0...]) } ?? ""
    placed = host + port
  }
}
