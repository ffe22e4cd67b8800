internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// An `upstream` block that places keys as a cluster does.
///
/// ``NginxEmitter`` makes it. `hash KEY` needs nginx 1.7.2 in `http` and 1.11.2 in `stream`.
struct NginxUpstream: Hashable, Sendable {
  /// How an upstream picks a server.
  enum Method: Hashable, Sendable {
    /// `hash KEY consistent`: a ring of 160 points for a weight of 1, on CRC-32.
    case consistentHash(NginxToken)
    /// `hash KEY`: modulo the sum of the weights.
    case hash(NginxToken)
    /// `ip_hash`: by the address of the client.
    case ipHash
    /// `balancer_by_lua_file PATH`: a program.
    case lua(NginxToken)
  }

  /// The name, for `proxy_pass http://NAME` or `proxy_pass NAME`.
  let name: String

  /// Where the block belongs.
  let context: NginxContext

  /// How a server is picked.
  private(set) var method: Method

  /// The servers, in the order of the cluster's nodes.
  let servers: [NginxServer]

  /// The same upstream with a program that picks the servers.
  func picked(by program: NginxToken) -> Self {
    var upstream = self
    upstream.method = .lua(program)
    return upstream
  }

  /// The directives before and after the servers.
  let before: [NginxDirective]
  let after: [NginxDirective]

  /// Every parameter that is left out.
  let notes: [EmissionNote]

  /// Points of a server of weight 1, as nginx has them.
  private static let pointsPerWeight = 160

  /// Writes a cluster down for nginx.
  ///
  /// Nodes that are down, draining or have the weight 0 become `down`.
  ///
  /// - Parameter upstreamName: The name of the upstream; that of the cluster unless given.
  init(
    _ placed: PlacedCluster, context: NginxContext, options: NginxEmitter.Options,
    version: NginxVersion, as upstreamName: String? = nil
  ) throws(EmissionError) {
    let cluster = placed.cluster
    var notes: [EmissionNote] = []
    name = try Self.checked(upstreamName ?? cluster.name)
    method = try Self.method(placed, context: context, notes: &notes)
    let keepsSessions = placed.placement.keepsSessions && context == .http
    var servers: [NginxServer] = []
    servers.reserveCapacity(cluster.nodes.count)
    for (index, node) in cluster.nodes.enumerated() {
      servers.append(
        try NginxServer(
          node, at: index, context: context, version: version, keepsSessions: keepsSessions,
          notes: &notes))
    }
    if case .consistentHash = method { try Self.checkSize(of: servers) }
    var properties = cluster.properties
    if let keepalive = options.keepalive {
      guard context == .http else {
        throw EmissionError(
          .invalidOption, .cluster, "a stream keeps no idle connections",
          remedy: "leave keepalive out, or write the upstream for http")
      }
      guard (1...NginxEmitter.largestKeepalive).contains(keepalive) else {
        throw EmissionError(
          .invalidOption, .cluster, "keepalive is \(keepalive)",
          remedy: "use a number from 1 to \(NginxEmitter.largestKeepalive)")
      }
      properties["keepalive"] = "\(keepalive)"
    }
    var writer = NginxDirectiveWriter(
      properties: properties, context: context, version: version)
    before = writer.directives(NginxParameter.beforeServers)
    after = writer.directives(NginxParameter.afterServers)
    writer.noteOthers()
    self.notes = notes + writer.notes
    self.context = context
    self.servers = servers
  }

  /// The block and the comment above it.
  var items: [NginxItem] {
    let method = NginxItem.directive(methodDirective)
    // nginx refuses `backup` after a method by key, and `keepalive` before one.
    let isLast = servers.contains(where: \.isBackup)
    let groups: [[NginxItem]] = [
      (isLast ? [] : [method]) + before.map { .directive($0) },
      lines.map { .directive($0.directive) },
      (isLast ? [method] : []) + after.map { .directive($0) },
    ]
    let block = groups.filter { !$0.isEmpty }.joined(separator: [.blank])
    let title = "\(name): \(counted(servers.count, "server")), \(methodName); written by chash."
    return [
      .comment(NginxComment(checked: title)),
      .directive(
        NginxDirective(
          NginxToken(word: "upstream"), [NginxToken(checked: name)], block: Array(block))),
    ]
  }

  /// The lines of the servers.
  ///
  /// A program counts failures itself. The lines say which servers there are, and so how often nginx tries.
  private var lines: [NginxServer] {
    if case .lua = method { servers.map(\.picked) } else { servers }
  }

  /// The block as text, ending in a newline.
  var text: String { NginxItem.print(items) }

  /// What is hashed, where nginx itself does that; or else the address of the client.
  var key: NginxToken {
    switch method {
    case .consistentHash(let key), .hash(let key): key
    case .ipHash, .lua: NginxToken(checked: "$remote_addr")
    }
  }

  private var methodName: String {
    switch method {
    case .consistentHash: "hash consistent"
    case .hash: "hash"
    case .ipHash: "ip_hash"
    case .lua: "servers picked by Lua"
    }
  }

  private var methodDirective: NginxDirective {
    switch method {
    case .consistentHash(let key):
      NginxDirective(NginxToken(word: "hash"), [key, NginxToken(word: "consistent")])
    case .hash(let key): NginxDirective(NginxToken(word: "hash"), [key])
    case .ipHash: NginxDirective(NginxToken(word: "ip_hash"))
    case .lua(let path): NginxDirective(NginxToken(word: "balancer_by_lua_file"), [path])
    }
  }

  private static func method(
    _ placed: PlacedCluster, context: NginxContext, notes: inout [EmissionNote]
  ) throws(EmissionError) -> Method {
    if placed.placement.rule == PlacementRule.nginxIPHash.name {
      guard context == .http else {
        throw EmissionError(
          .unknownRule, .algorithm, "a stream has no ip_hash",
          remedy: "use nginx-hash with the key remote-addr, or write the upstream for http")
      }
      guard placed.placement.key ?? .remoteAddress == .remoteAddress else {
        throw EmissionError(
          .invalidKey, .key, "ip_hash hashes the address of the client only",
          remedy: "use the key remote-addr, or the algorithm nginx-hash")
      }
      return .ipHash
    }
    let key = try NginxToken(keyOf: placed, context: context, notes: &notes)
    return placed.placement.rule == PlacementRule.nginx.name ? .consistentHash(key) : .hash(key)
  }

  /// A name that is the same in `upstream`, in `proxy_pass` and in the `Host` header made of it.
  private static func checked(_ name: String) throws(EmissionError) -> String {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let starts = name.utf8.first.map { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") } ?? false
    guard allowed, starts, name.utf8.count <= 253 else {
      throw EmissionError(
        .invalidName, .name, "\(quoted(name)) cannot name an upstream",
        remedy:
          "use letters, digits, '_', '.' and '-', at most 253, and do not begin with '.' or '-'")
    }
    return name
  }

  /// Throws if the ring would be too large.
  ///
  /// Servers that are down count as well.
  ///
  /// nginx itself has no limit: it takes the memory, or fails to.
  private static func checkSize(of servers: [NginxServer]) throws(EmissionError) {
    let points = servers.reduce(0) { $0 + $1.weight * pointsPerWeight }
    guard points <= KetamaRing.maximumPoints else {
      throw EmissionError(
        .tooLarge, .cluster,
        "nginx would take \(gigabytes(points)) of memory in each worker for the ring: "
          + "16 bytes for each of \(points) points",
        remedy: "lower the weights; at most \(KetamaRing.maximumPoints) points are written, "
          + "\(pointsPerWeight) for a weight of 1")
    }
  }

  /// The memory of a ring, 16 bytes for each point.
  private static func gigabytes(_ points: Int) -> String {
    let tenths = points / 6_250_000
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}
