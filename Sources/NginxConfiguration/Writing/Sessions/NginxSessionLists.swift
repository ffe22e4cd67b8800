internal import Configurations
internal import ConsistentHashing

/// The lists of servers that cookies name: the present one, and an upstream for each earlier one.
struct NginxSessionLists {
  /// An earlier list.
  struct Earlier {
    let token: String
    let upstream: NginxUpstream
    let until: Int

    /// The upstream, with a comment that says whose it is.
    func items() throws(NginxUnwritable) -> [NginxItem] {
      let block = upstream.items.filter { if case .comment = $0 { false } else { true } }
      return [.comment(try NginxComment("For sessions by the list until \(utcText(until))."))]
        + block
    }
  }

  /// The name of the present list.
  let present: String
  /// The earlier ones, the latest first.
  let earlier: [Earlier]

  /// Prepares the lists of a cluster.
  ///
  /// - Parameter upstream: The upstream of the present list.
  init(
    _ placed: PlacedCluster, _ affinity: SessionAffinity, history: ListHistory,
    upstream: NginxUpstream, options: NginxEmitter.Options, version: NginxVersion
  ) throws(EmissionError) {
    let tokens = try ListTokens(placed, history: history, secret: affinity.secret)
    present = tokens.present
    var earlier: [Earlier] = []
    for list in tokens.earlier {
      guard NginxEmitter.keepsLists(of: list.placed.placement.rule) else {
        throw EmissionError(
          .unknownRule, .algorithm,
          "sessions live by an earlier list, and nginx does not place keys by its "
            + quoted(list.placed.placement.rule),
          remedy: "wait until they have ended; chash rollout --log says when")
      }
      earlier.append(
        Earlier(
          token: list.token,
          upstream: try NginxUpstream(
            list.placed, context: .http, options: options, version: version,
            as: NginxSessionNames.pool(list.token, cluster: upstream.name)), until: list.until))
    }
    self.earlier = earlier
  }
}
