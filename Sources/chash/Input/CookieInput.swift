import ClusterDocument
import Configurations
import ConsistentHashing
import EnvoyConfiguration
import HAProxyConfiguration
import NginxConfiguration
import ProxyProfiles

/// The servers that a cookie may name, and the kinds of cookies that it may be.
struct CookieInput {
  let cluster: Cluster
  let kinds: [any CookieKind]

  /// Finds out which cookies keep sessions on the servers of a cluster.
  ///
  /// - Parameter secret: A secret that the cluster does not have.
  init(_ argument: String, _ reading: ReadingOptions, secret: String?) throws {
    switch try ClusterReference(argument).contents(reading) {
    case .document(let document):
      cluster = document.placed.cluster
      kinds = try Self.kinds(document, at: ClusterReference(argument).path, secret)
    case .configuration(let file, let name):
      let part = try file.part(named: name)
      guard let pool = part.pool else {
        if case .failure(let error) = part.result { throw CommandError(file.reason(error)) }
        throw CommandError("\(part.location): the servers of \(part.name) are not known")
      }
      file.printProblems(ofOnePart: true)
      cluster = pool
      kinds = try Self.kinds(part, pool, file.reader.system, secret)
    }
  }

  /// What a configuration says about cookies.
  private static func kinds(
    _ part: ConfiguredCluster, _ pool: Cluster, _ system: String, _ secret: String?
  ) throws -> [any CookieKind] {
    var kinds: [any CookieKind] = []
    if let own = configured(pool, secret) { kinds.append(own) }
    if system == EnvoyReader().system { kinds.append(EnvoySessionCookie(pool)) }
    if let placed = try? part.cluster(), let key = hashed(placed) { kinds.append(try key()) }
    guard kinds.isEmpty else { return kinds }
    let title = "\(part.location): \(part.kind) \(quoted(part.name))"
    switch system {
    case NginxReader().system where pool.properties["sticky"] != nil:
      throw CommandError(
        "\(title) has sticky learn: nginx keeps the servers of its sessions in memory; ask its log")
    case NginxReader().system:
      throw CommandError(
        "\(title) has no sticky cookie, so no cookie names its servers; if chash generate wrote it, name the "
          + "document that it came from")
    case HAProxyReader().system:
      throw CommandError(
        "\(title) has no line 'cookie', so no cookie names its servers; name one that has")
    default:
      throw CommandError(
        "\(title): \(system) has no cookies; name a cluster document, or a part of nginx, HAProxy or Envoy"
      )
    }
  }

  /// What a document says about cookies; otherwise the kinds that need nothing but addresses.
  private static func kinds(
    _ document: ClusterDocument, at path: String, _ secret: String?
  ) throws -> [any CookieKind] {
    let placed = document.placed
    if case .session(let affinity)? = placed.placement.key {
      let selector = try document.locating { () throws(ClusterError) in
        try RuleCatalogue.all.selector(for: placed)
      }
      let history = try HistoryFile.history(of: placed, document: path)
      do throws(EmissionError) {
        let lists =
          try affinity.follow == .list
          ? SessionCookieLists(placed, history: history, secret: affinity.secret) : nil
        return [
          try SessionCookie(
            placed.cluster, affinity, otherSecret: secret, selector: selector, lists: lists)
        ]
      } catch {
        throw CommandError("\(document.file): \(error.problem); \(error.remedy)")
      }
    }
    var kinds: [any CookieKind] = []
    if let own = configured(placed.cluster, secret) { kinds.append(own) }
    if kinds.isEmpty {
      let cluster = placed.cluster
      kinds = [
        NginxStickyCookie(cluster, cookie: nil), TraefikCookie(cluster),
        CaddyCookie(cluster, secret: secret), EnvoySessionCookie(cluster),
      ]
    }
    if let key = hashed(placed) {
      kinds.append(try document.locating { () throws(ClusterError) in try key() })
    }
    return kinds
  }

  /// The cookie that the properties of a cluster describe.
  private static func configured(_ cluster: Cluster, _ secret: String?) -> (any CookieKind)? {
    NginxStickyCookie(cluster) ?? HAProxyCookie(cluster, secret: secret)
  }

  /// The cookie that is hashed, if one is.
  private static func hashed(_ placed: PlacedCluster) -> (() throws(ClusterError) -> HashedCookie)?
  {
    guard case .cookie(let name)? = placed.placement.key else { return nil }
    return { () throws(ClusterError) in
      HashedCookie(name, selector: try RuleCatalogue.all.selector(for: placed))
    }
  }
}
