public import ConsistentHashing
internal import ProxyProfiles

/// The names that lists of servers have in the cookies of sessions that follow their list.
///
/// A name has the form of ``SessionTokens``. Its text is `chash list 1`, the name of the cluster, and the
/// number of the list (`PlacedCluster.listDigest(in:)`) as 16 lower-case hexadecimal digits. So all
/// routers with one document give its list the same name, also those that never had an earlier one.
public struct ListTokens: Hashable, Sendable {
  /// The name of the present list.
  public let present: String

  /// An earlier list that sessions live by.
  public struct Earlier: Hashable, Sendable {
    /// Its name.
    public let token: String
    /// The list with what has become of its nodes.
    public let placed: PlacedCluster
    /// When it was replaced, in seconds since 1970.
    public let until: Int
  }

  /// The earlier lists, the latest first.
  ///
  /// Those without a node that is left are not among them, nor those that place keys as another one does.
  public let earlier: [Earlier]

  /// Names the lists of a cluster.
  ///
  /// - Parameters:
  ///   - placed: The cluster with its present list.
  ///   - history: The earlier ones.
  ///   - secret: What the names are made with; nil if they need not be secret.
  /// - Throws: ``EmissionError`` if no rule has the name that a list says.
  public init(_ placed: PlacedCluster, history: ListHistory, secret: String?) throws(EmissionError)
  {
    let hash = KeyedSHA256(key: Array((secret ?? "").utf8))
    func token(_ list: PlacedCluster) throws(ClusterError) -> String {
      let digits = String(try list.listDigest(in: .all), radix: 16)
      let number = String(repeating: "0", count: 16 - digits.count) + digits
      let digest = hash.digest(of: ["chash list 1", placed.name, number])
      return hexText(digest.prefix(SessionTokens.length / 2))
    }
    do throws(ClusterError) {
      present = try token(placed)
      var seen: Set<String> = [present]
      var earlier: [Earlier] = []
      for entry in history.entries.reversed() {
        let token = try token(entry.placed)
        guard seen.insert(token).inserted,
          let reachable = try placed.asReachable(entry.placed, in: .all)
        else { continue }
        earlier.append(Earlier(token: token, placed: reachable, until: entry.until))
      }
      self.earlier = earlier
    } catch {
      throw EmissionError(.unknownRule, error.subject, error.problem, remedy: error.remedy)
    }
  }
}
