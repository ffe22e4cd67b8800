/// The earlier lists of servers that sessions still live by; see ``SessionAffinity/Follow/list``.
///
/// A list is a cluster and how keys are placed on it. A change of the document adds the list before it to
/// the history, and a list goes when the sessions that were placed by it have ended.
public struct ListHistory: Hashable, Sendable {
  /// A list that was replaced.
  public struct Entry: Hashable, Sendable {
    /// The list, without a key: an earlier list has the settings of the present one.
    public let placed: PlacedCluster
    /// When it was replaced, in seconds since 1970.
    public let until: Int

    /// Takes a list out of use.
    public init(_ placed: PlacedCluster, until: Int) {
      self.placed = PlacedCluster(
        placed.cluster, Placement(rule: placed.placement.rule, options: placed.placement.options))
      self.until = until
    }
  }

  /// The lists, the earliest first.
  public let entries: [Entry]

  /// The history without the earliest lists above the most that are kept.
  public var latest: ListHistory { ListHistory(entries.suffix(Self.largestCount)) }

  /// The most lists that are kept beside the present one.
  ///
  /// Each is an upstream of its own to a router, and a bit of a number to a count of sessions.
  public static let largestCount = 31

  /// Creates a history.
  public init(_ entries: some Sequence<Entry> = []) {
    self.entries = Array(entries)
  }

  /// The history after a change: with the list that was in use until then.
  ///
  /// - Parameters:
  ///   - before: The list that is replaced.
  ///   - after: The list that replaces it. An entry that places keys as it does is left out: sessions of
  ///     the entry live by the new list.
  ///   - time: Seconds since 1970. A clock that was set back does not count: entries stay in order.
  ///   - rules: The catalogue that has the rules of all lists.
  /// - Throws: ``ClusterError`` if a rule is unknown.
  public func adding(
    _ before: PlacedCluster, replacedBy after: PlacedCluster, at time: Int, in rules: RuleCatalogue
  ) throws(ClusterError) -> ListHistory {
    let new = try after.listDigest(in: rules)
    let old = try before.listDigest(in: rules)
    guard old != new else { return self }
    var kept: [Entry] = []
    for entry in entries {
      let digest = try entry.placed.listDigest(in: rules)
      if digest != new, digest != old { kept.append(entry) }
    }
    return ListHistory(kept + [Entry(before, until: max(time, entries.last?.until ?? time))])
  }
}
