public import ConsistentHashing

/// An `upstream` block that places keys as a cluster does.
///
/// ```swift
/// let cluster = try Cluster(
///   name: "sessions", nodes: ["10.0.0.1:8080", "10.0.0.2:8080"], algorithm: "nginx",
///   key: .cookie("sid"))
/// print(try NginxUpstream(cluster, context: .http).text)
/// ```
///
/// Needs nginx 1.7.2 in `http`, 1.11.2 in `stream`. nginx moves no key that the cluster's algorithm
/// `nginx` does not move: the address is the identity, and a server that leaves is best marked
/// `down`, which keeps its points.
public struct NginxUpstream: Hashable, Sendable {
  /// How an upstream picks a server.
  public enum Method: Hashable, Sendable {
    /// `hash KEY consistent`: a ring of 160 points for a weight of 1, on CRC-32.
    case consistentHash
  }

  /// The name, for `proxy_pass http://NAME` or `proxy_pass NAME`.
  public let name: String

  /// Where the block belongs.
  public let context: NginxContext

  /// How a server is picked.
  public let method: Method

  /// The key.
  public let key: NginxVariable

  /// The servers, in the order of the cluster's nodes.
  public let servers: [NginxServer]

  /// Idle connections that each worker keeps to the servers, if any.
  public let keepalive: Int?

  /// The name that clusters give the algorithm of `hash KEY consistent`.
  public static let algorithm = "nginx"

  /// The most idle connections that may be asked for; one address has no more ports.
  public static let largestKeepalive = 65535

  /// Points of a server of weight 1, as nginx has them.
  static let pointsPerWeight = 160

  /// Writes a cluster down for nginx.
  ///
  /// - Parameters:
  ///   - cluster: The nodes. Those that are down, draining or have the weight 0 become `down`.
  ///   - context: Where the block belongs.
  ///   - keepalive: Idle connections that each worker keeps; http only.
  /// - Throws: ``NginxEmitError`` if nginx would not accept the block, or would read something else
  ///   than the cluster says. That all servers are down is no error.
  public init(_ cluster: Cluster, context: NginxContext, keepalive: Int? = nil)
    throws(NginxEmitError)
  {
    name = try Self.checked(cluster.name)
    guard cluster.algorithm == Self.algorithm else {
      throw NginxEmitError(
        .unknownAlgorithm, .algorithm, "nginx does not place keys by \(quoted(cluster.algorithm))",
        remedy: "use the algorithm nginx, which is its 'hash KEY consistent'")
    }
    guard let source = cluster.key else {
      throw NginxEmitError(
        .missingKey, .key, "the cluster \(quoted(cluster.name)) does not say where the key is",
        remedy: "give it a key: \(KeySource.forms)")
    }
    key = try NginxVariable(source, context: context)
    var servers: [NginxServer] = []
    servers.reserveCapacity(cluster.nodes.count)
    for (index, node) in cluster.nodes.enumerated() {
      servers.append(try NginxServer(node, at: index, context: context))
    }
    try Self.checkSize(of: servers)
    try Self.check(keepalive: keepalive, context: context)
    self.context = context
    method = .consistentHash
    self.servers = servers
    self.keepalive = keepalive
  }

  /// The block and the comment above it.
  public var items: [NginxItem] {
    let count = servers.count == 1 ? "1 server" : "\(servers.count) servers"
    var block: [NginxItem] = [
      // nginx wants the method before the servers, and `keepalive` after the method.
      .directive(
        NginxDirective(
          NginxToken(word: "hash"), [NginxToken(key), NginxToken(word: "consistent")])),
      .blank,
    ]
    block += servers.map { .directive($0.directive) }
    if let keepalive {
      block += [
        .blank,
        .directive(
          NginxDirective(
            NginxToken(word: "keepalive"), [NginxToken(number: keepalive)])),
      ]
    }
    return [
      .comment(
        NginxComment(checked: "\(name): \(count), hash consistent; written by chash.")),
      .directive(
        NginxDirective(
          NginxToken(word: "upstream"), [NginxToken(checked: name)], block: block)),
    ]
  }

  /// The block as text, ending in a newline.
  public var text: String { NginxItem.print(items) }

  /// A name that is the same in `upstream`, in `proxy_pass` and in the `Host` header made of it.
  private static func checked(_ name: String) throws(NginxEmitError) -> String {
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
      throw NginxEmitError(
        .invalidName, .name, "\(quoted(name)) cannot name an upstream",
        remedy: "use letters, digits, '_', '.' and '-', at most 253, and begin with none of '.-'")
    }
    return name
  }

  /// Throws if the ring would be too large, servers that are down included.
  ///
  /// nginx has no limit of its own: it takes the memory, or fails to.
  private static func checkSize(of servers: [NginxServer]) throws(NginxEmitError) {
    let points = servers.reduce(0) { $0 + $1.weight * pointsPerWeight }
    guard points <= KetamaRing.maximumPoints else {
      throw NginxEmitError(
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

  private static func check(keepalive: Int?, context: NginxContext) throws(NginxEmitError) {
    guard let keepalive else { return }
    guard context == .http else {
      throw NginxEmitError(
        .invalidKeepalive, .keepalive, "a stream keeps no idle connections",
        remedy: "leave keepalive out, or write the upstream for http")
    }
    guard (1...largestKeepalive).contains(keepalive) else {
      throw NginxEmitError(
        .invalidKeepalive, .keepalive, "keepalive is \(keepalive)",
        remedy: "use a number from 1 to \(largestKeepalive)")
    }
  }
}
