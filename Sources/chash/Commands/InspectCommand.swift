import ArgumentParser
import ClusterDocument
import ConsistentHashing
import NginxConfiguration

/// `chash inspect`: the upstreams of a configuration, as clusters.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "List the upstreams of a configuration, and their cluster documents.",
    usage: "chash inspect <file>[#<upstream>]",
    discussion: """
      Example:

        $ chash inspect /etc/nginx/nginx.conf
        # /etc/nginx/nginx.conf:12: upstream app (http): hash consistent, key $cookie_sid, 2 servers
        name: app
        algorithm: nginx
        key: cookie:sid
        nodes:
          - { address: 10.0.0.1:8080 }
          - { address: 10.0.0.2:8080, weight: 2 }

      Included files are read as nginx reads them. What nginx would refuse is refused, with its reason
      and its line. Every command takes FILE#UPSTREAM where it takes a cluster document.
      """)

  @Argument(help: "An nginx configuration, and an upstream of it if only one is wanted.")
  var file: String

  func run() throws {
    let output = Output()
    let (path, name) = ClusterReference.configuration(file)
    let blocks: [NginxUpstreamBlock]
    if let name {
      blocks = [try NginxSource(path: path, name: name).block]
    } else {
      blocks = try NginxSource.read(path).upstreams
    }
    if blocks.isEmpty { try output.line("# \(shown(path)): no upstreams") }
    var isFirst = true
    for block in blocks {
      if !isFirst { try output.line("---") }
      isFirst = false
      try print(block, to: output)
    }
    try output.flush()
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
