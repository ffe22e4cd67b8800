import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

extension LiveServers {
  /// HAProxy's `hash-balance-factor` under a load that is known at every moment: connections that stay
  /// open until the test closes them.
  @Suite struct HAProxyLoad {
    @Test(arguments: [
      ([1.0, 1, 1, 1], 125, 20), ([1, 2, 3, 1, 5], 125, 31), ([4, 1], 200, 3),
    ])
    func connectionsGoWhereThereIsRoom(weights: [Double], percent: Int, inFlight: Int) async throws
    {
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
      let sources = (0..<300).map { _ in
        // Some clients come again and again.
        IPv4Address(127, 1, Bool.random() ? 1 : UInt8.random(in: 0...255), .random(in: 1...40))
      }
      let picks = try await HAProxyProcess.run(backend) { front in
        try await blocking {
          var open: [(client: Socket, server: Socket)] = []
          return try sources.map { source in
            if open.count == inFlight {
              open.removeFirst()
              // HAProxy has to notice the end before the next connection.
              Thread.sleep(forTimeInterval: 0.005)
            }
            let client = try Socket(to: front, from: source)
            let (position, server) = try Socket.accept(fromOneOf: listeners)
            open.append((client, server))
            return position
          }
        }
      }
      let rule = try PlacementRule.haproxyConsistent.selector(
        for: Cluster(nodes: nodes), key: .remoteAddress)
      var load = NodeLoad(nodes, percent: percent)
      var window: [Int] = []
      for (number, source) in sources.enumerated() {
        if window.count == inFlight { load.end(window.removeFirst()) }
        let expected = rule.index(for: source.host.utf8.span, under: load)
        try #require(expected == picks[number], "connection \(number) from \(source.host)")
        load.begin(picks[number])
        window.append(picks[number])
      }
      let free = sources.map { rule.index(for: $0.host) }
      #expect(zip(free, picks).contains { $0 != $1 })
    }
  }
}
