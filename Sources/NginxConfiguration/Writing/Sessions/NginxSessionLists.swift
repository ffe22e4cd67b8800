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

  /// Prepares the lists of a cluster; nil if its sessions do not follow their list.
  ///
  /// - Parameters:
  ///   - upstream: The upstream of the present list.
  ///   - write: Writes the upstream of another list, which gets a name.
  init?(
    _ placed: PlacedCluster, _ affinity: SessionAffinity, history: ListHistory,
    upstream: NginxUpstream,
    write: (PlacedCluster, String) throws(EmissionError) -> NginxUpstream
  ) throws(EmissionError) {
    guard affinity.follow == .list else { return nil }
    let tokens = try ListTokens(placed, history: history, secret: affinity.secret)
    present = tokens.present
    var earlier: [Earlier] = []
    for list in tokens.earlier {
      let name = NginxSessionNames.pool(list.token, cluster: upstream.name)
      earlier.append(
        Earlier(token: list.token, upstream: try write(list.placed, name), until: list.until))
    }
    self.earlier = earlier
  }

  /// The same lists with other upstreams.
  func mapUpstreams(_ change: (NginxUpstream) -> NginxUpstream) -> Self {
    Self(
      present: present,
      earlier: earlier.map {
        Earlier(token: $0.token, upstream: change($0.upstream), until: $0.until)
      })
  }

  private init(present: String, earlier: [Earlier]) {
    self.present = present
    self.earlier = earlier
  }
}
