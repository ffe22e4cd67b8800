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

      Included files are read as nginx reads them. What nginx would refuse is refused, with its reason
      and its line. Every command takes FILE#NAME where it takes a cluster document.
      """)

  @Argument(
    help: "An nginx or (ending in .cfg) HAProxy configuration, with #NAME if one part is wanted.")
  var file: String

  func run() throws {
    let output = Output()
    let (path, name) = ClusterReference.configuration(file)
    var isFirst = true
    func separate() throws {
      if !isFirst { try output.line("---") }
      isFirst = false
    }
    if path.hasSuffix(".cfg") {
      let all = try HAProxySource.read(path)
      for backend in try name.map({ [try HAProxySource.find($0, in: all, path: path)] }) ?? all {
        try separate()
        try print(backend, to: output)
      }
    } else {
      for block in try name.map({ [try NginxSource(path: path, name: $0).block] })
        ?? NginxSource.read(path).upstreams
      {
        try separate()
        try print(block, to: output)
      }
    }
    if isFirst { try output.line("# \(shown(path)): nothing that has servers") }
    try output.flush()
  }

  private func print(_ backend: HAProxyBackend, to output: Output) throws {
    let servers = backend.servers.count == 1 ? "1 server" : "\(backend.servers.count) servers"
    try output.line(
      "# \(backend.location): \(backend.kind.rawValue) \(printable(backend.name)): "
        + "balance \(backend.method.name), \(servers)")
    let cluster: Cluster
    do throws(HAProxyBackend.NotHashed) {
      cluster = try backend.cluster()
    } catch {
      return try output.line("# No document: \(error.problem).")
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
      return try output.line("# No document: \(error.problem).")
    }
    if let key = block.method.key, key.source == nil {
      try output.line("# A document has no name for this key; commands take its values.")
    }
    if Set(cluster.nodes.map { NodeID($0.address) }).count < cluster.nodes.count {
      try output.line("# A server stands several times, which a document cannot say.")
    }
    try output.write(ClusterDocument.text(of: cluster))
  }
}
