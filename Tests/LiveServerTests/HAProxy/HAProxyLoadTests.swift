import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

extension LiveServers {
  /// HAProxy's `hash-balance-factor` under a load that is known at every moment: each connection stays open,
  /// and the next one comes when a server has accepted the last.
  @Suite struct HAProxyLoad {
    @Test(arguments: [([1.0, 1, 1, 1], 125), ([1, 2, 3, 1, 5], 110), ([4, 1], 110)])
    func connectionsGoWhereThereIsRoom(weights: [Double], percent: Int) async throws {
      let hosts = weights.indices.map { IPv4Address(127, 0, 9, UInt8($0 + 1)) }
      let listeners = try hosts.map { try Socket(listeningOn: $0.with(port: 0)) }
      let nodes = try listeners.enumerated().map { position, listener in
        let address = hosts[position].with(port: try listener.localPort())
        return Node(
          id: NodeID("s\(position + 1)"), address: address.description, weight: weights[position])
      }
      let servers = nodes.map { "server \($0.id) \($0.address) weight \(Int($0.weight))" }
      let backend =
        ["mode tcp", "balance source", "hash-type consistent", "hash-balance-factor \(percent)"]
        + servers
      // Some clients come again and again.
      let sources = (0..<300).map { (number: Int) -> IPv4Address in
        let network = number.isMultiple(of: 3) ? 1 : UInt8(number * 7 % 256)
        let host = UInt8(number * 13 % 40 + 1)
        return IPv4Address(127, 1, network, host)
      }
      let picks = try await HAProxyProcess.run(backend) { front in
        try await blocking {
          var open: [(client: Socket, server: Socket)] = []
          let picks = try sources.map { source in
            let client = try Socket(to: front, from: source)
            let (position, server) = try Socket.accept(fromOneOf: listeners)
            open.append((client, server))
            return position
          }
          return withExtendedLifetime(open) { picks }
        }
      }
      let rule = try PlacementRule.haproxyConsistent.selector(
        for: Cluster(nodes: nodes), key: .remoteAddress)
      var load = NodeLoad(nodes, percent: percent)
      for (number, source) in sources.enumerated() {
        let expected = rule.index(for: source.host.utf8.span, under: load)
        try #require(expected == picks[number], "connection \(number) from \(source.host)")
        load.begin(picks[number])
      }
      let free = sources.map { rule.index(for: $0.host) }
      #expect(zip(free, picks).contains { $0 != $1 })
    }
  }
}
