public import ConsistentHashing

extension NginxUpstreamBlock {
  /// Why an upstream has no cluster.
  public struct NotHashed: Error, Hashable, Sendable {
    /// What is wrong, naming the upstream.
    public let problem: String
    /// What to do about it.
    public let remedy: String
    /// Where.
    public let location: NginxLocation
  }

  /// The name of the algorithm that picks as this upstream's method does; nil for methods that pick by
  /// state and not by a key.
  public var algorithm: String? {
    switch method.kind {
    case .consistentHash: NginxUpstream.algorithm
    case .hash: "nginx-hash"
    case .ipHash: "nginx-ip-hash"
    default: nil
    }
  }

  /// The cluster that this upstream is.
  ///
  /// Identity is what nginx hashes: the text of the server line. A line whose text stands before gets
  /// `#2`, `#3`, … behind it, and the same address. `down` and `drain` become states; `backup` is a
  /// property, and such a node is drained: no key is sent there.
  ///
  /// - Throws: ``NotHashed`` if nginx rejects a part of the upstream, if the method does not pick by a
  ///   key, or if a line cannot be a node.
  public func cluster() throws(NotHashed) -> Cluster {
    if let flaw {
      throw NotHashed(
        problem: flaw.message, remedy: flaw.remedy ?? "nginx would not start with this",
        location: flaw.location)
    }
    guard let algorithm else {
      throw NotHashed(
        problem: "upstream \(quoted(name)) picks servers by \(method.kind.rawValue), not by a key",
        remedy: "name an upstream with hash or ip_hash", location: location)
    }
    var times: [NodeID: Int] = [:]
    let nodes = servers.map { server in
      let time = times[NodeID(server.address), default: 0] + 1
      times[NodeID(server.address)] = time
      return Node(
        id: NodeID(time == 1 ? server.address : "\(server.address)#\(time)"),
        address: server.address, weight: Double(server.weight),
        state: server.isDown ? .down : server.isBackup || server.isDraining ? .drain : .up,
        properties: server.isBackup ? ["backup": "true"] : [:])
    }
    do {
      return try Cluster(
        name: name, nodes: nodes, algorithm: algorithm,
        key: method.kind == .ipHash ? .remoteAddress : method.key?.source,
        allowsRepeatedAddresses: true)
    } catch {
      var place = location
      var remedy = error.remedy
      if case .node(let position) = error.subject {
        place = servers[position].location
        if servers[position].address.utf8.contains(UInt8(ascii: "$")) {
          remedy = "nginx knows no variables here; write what is meant"
        }
      }
      throw NotHashed(problem: error.problem, remedy: remedy, location: place)
    }
  }
}
