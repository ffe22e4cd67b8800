import Configurations
import ConsistentHashing
import NginxConfiguration
import ProxyProfiles
import Testing

/// Keys of clusters that were read go where nginx sends them.
@Suite struct NginxLookupTests {
  static func selector(_ upstream: String) throws -> any NodeSelector {
    let placed = try #require(try NginxReaderTests.read(upstream).upstreams.first).cluster()
    return try RuleCatalogue.all.selector(for: placed)
  }

  /// A backup keeps its state and weight, and gets no key while another server is up.
  @Test(arguments: ["hash $arg_x", "hash $arg_x consistent", "ip_hash"])
  func backupsGetNoKeys(_ method: String) throws {
    let with = try Self.selector(
      "upstream u { server 10.0.0.1; server 10.0.0.9 weight=5 backup; server 10.0.0.2 weight=2; \(method); }"
    )
    let without = try Self.selector(
      "upstream u { server 10.0.0.1; server 10.0.0.2 weight=2; \(method); }")
    #expect(with.nodes[1].state == .up && with.nodes[1].weight == 5)
    var found: Set<Int> = []
    for number in 0..<500 {
      let key = "10.\(number).7.1"
      let index = try #require(with.index(for: key))
      found.insert(index)
      #expect(
        with.nodes[index].address == without.index(for: key).map { without.nodes[$0].address })
    }
    #expect(found == [0, 2])
  }

  /// A backup that is the only server that is up gets keys by round robin, which no key determines.
  @Test func onlyBackupsLeft() throws {
    let placed = try #require(
      try NginxReaderTests.read(
        "upstream u { server 10.0.0.1 down; server 10.0.0.2 backup; hash $arg_x; }"
      ).upstreams.first
    ).cluster()
    #expect(placed.nodes.map(\.state) == [.down, .up])
    let selector = try? RuleCatalogue.all.selector(for: placed)
    #expect(selector?.index(for: "a") == nil)
  }

  @Test func splitsGoWhereNginxSendsThem() throws {
    let block = try NginxSplitTests.block(
      "split_clients $arg_x $v { 10% a; 20% b; * \"\"; }")
    let selector = try RuleCatalogue.all.selector(for: block.cluster())
    let picks = (0..<10_000).map { selector.index(for: "key-\($0)") }
    let counts = [0, 1, nil].map { index in picks.count { $0 == index } }
    #expect((900...1100).contains(counts[0]) && (1850...2150).contains(counts[1]), "\(counts)")
    #expect(counts.reduce(0, +) == 10_000)
  }
}
