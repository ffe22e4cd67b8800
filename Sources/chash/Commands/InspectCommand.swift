import ArgumentParser
import ClusterDocument
import ConsistentHashing
import HAProxyConfiguration
import NginxConfiguration

/// `chash inspect`: the upstreams or backends of a configuration, as clusters.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "List the upstreams of nginx, or backends of HAProxy, and their cluster documents.",
    usage: "chash inspect <file>[#<upstream>]",
    discussion: """
      Example:

        $ chash inspect nginx.conf
        # nginx.conf:2: upstream app (http): hash consistent, key $arg_u, 2 servers
        name: app
        algorithm: nginx
        key: arg:u
        nodes:
          - { address: 10.0.0.1:8080 }
          - { address: 10.0.0.2:8080, weight: 2 }

      Included files are read as nginx reads them. An upstream or backend that nginx or HAProxy would
      refuse has no document, but the reason and its line; what they would refuse elsewhere is said on
      standard error. Every command takes FILE#NAME where it takes a cluster document.
      """)

  @Argument(
    help: ArgumentHelp(
      "An nginx or HAProxy configuration, with #NAME if one part is wanted.",
      discussion: "HAProxy's end in .cfg, or have haproxy in their names."))
  var file: String

  func run() throws {
    let output = Output()
    let (path, name) = ClusterReference.configuration(file)
    var isFirst = true
    func separate() throws {
      if !isFirst { try output.line("---") }
      isFirst = false
    }
    if ClusterReference.isHAProxy(path) {
      for backend in try name.map({ [try HAProxySource(path: path, name: $0).backend] })
        ?? backends(path)
      {
        try separate()
        try print(backend, to: output)
      }
    } else {
      for block in try name.map({ [try NginxSource(path: path, name: $0).block] })
        ?? upstreams(path)
      {
        try separate()
        try print(block, to: output)
      }
    }
    if isFirst { try output.line("# \(shown(path)): nothing that has servers") }
    try output.flush()
  }

  private func backends(_ path: String) throws -> [HAProxyBackend] {
    let reading = try HAProxySource.read(path)
    HAProxySource.say(reading, isForOne: false, path: path)
    return reading.backends
  }

  private func upstreams(_ path: String) throws -> [NginxUpstreamBlock] {
    let reading = try NginxSource.read(path)
    NginxSource.say(reading, isForOne: false, path: path)
    return reading.upstreams
  }

  private func print(_ backend: HAProxyBackend, to output: Output) throws {
    let servers = backend.servers.count == 1 ? "1 server" : "\(backend.servers.count) servers"
    try output.line(
      "# \(backend.location): \(backend.kind.rawValue) \(printable(backend.name)): "
        + "balance \(backend.method.name), \(servers)")
    guard !backend.servers.isEmpty || backend.flaw != nil else {
      return try output.line("# No document: it has no servers.")
    }
    let cluster: Cluster
    do throws(HAProxyBackend.NotHashed) {
      cluster = try backend.cluster()
    } catch {
      // The place of the whole stands above.
      let isWhole = error.location == backend.location
      return try output.line(
        "# No document: \(isWhole ? error.problem : HAProxySource.reason(error)).")
    }
    if cluster.key == nil, case .expression(let expression) = backend.method {
      try output.line(
        "# A document has no name for the key \(printable(expression)); commands take its values.")
    }
    if !backend.firstChoices.isEmpty {
      let lines = backend.firstChoices.map { "\($0.keyword) in line \($0.location.line)" }
      try output.line(
        "# Before balance, servers are picked by \(lines.joined(separator: ", ")); "
          + "the document is about all other requests.")
    }
    if backend.hashBalanceFactor > 0 {
      try output.line(
        "# The document is about servers below hash-balance-factor \(backend.hashBalanceFactor).")
    }
    try output.write(ClusterDocument.text(of: cluster))
  }

  private func print(_ block: NginxUpstreamBlock, to output: Output) throws {
    let servers = block.servers.count == 1 ? "1 server" : "\(block.servers.count) servers"
    let key = block.method.key.map { ", key \($0.text)" } ?? ""
    try output.line(
      "# \(block.location): upstream \(block.name) (\(block.context.rawValue)): "
        + "\(block.method.kind.rawValue)\(printable(key)), \(servers)")
    let cluster: Cluster
    do throws(NginxUpstreamBlock.NotHashed) {
      cluster = try block.cluster()
    } catch {
      // The place of the whole stands above.
      let isWhole = error.location == block.location && block.flaw == nil
      return try output.line(
        "# No document: \(isWhole ? error.problem : NginxSource.reason(error)).")
    }
    if let sticky = block.sticky?.first {
      try output.line(
        "# Known sessions stay with their servers (sticky \(printable(sticky))); "
          + "the document is about all other requests.")
    }
    if let key = block.method.key, key.source == nil {
      try output.line(
        key.isBinary
          ? "# A document has no name for this key, in which an address is 4 or 16 bytes and no text."
          : "# A document has no name for this key; commands take its values.")
    }
    if Set(cluster.nodes.map { NodeID($0.address) }).count < cluster.nodes.count {
      try output.line("# A server stands several times, which a document cannot say.")
    }
    try output.write(ClusterDocument.text(of: cluster))
  }
}
