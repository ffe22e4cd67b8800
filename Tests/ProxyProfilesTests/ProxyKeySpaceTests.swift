import ConsistentHashing
import ProxyProfiles
import Testing

/// The key spaces of nginx, HAProxy, Varnish, pingora and resty.chash say what lookups answer.
@Suite struct ProxyKeySpaceTests {
  static let rules: [PlacementRule] = [
    .nginx, .nginxHash, .nginxIPHash, .nginxSplitClients, .nginxMaglev, .haproxyConsistent,
    .haproxyConsistent30, .haproxyMap, .varnishShard, .varnishHash, .pingora, .restyChash,
  ]

  /// All defaults, then every word and the first numbers of every option.
  private static func options(_ rule: PlacementRule) -> [[String: String]] {
    rule.options.reduce([[:]]) { options, option in
      switch option.kind {
      case .word(let words): options + words.map { [option.name: $0] }
      case .integer(let range): options + range.prefix(4).map { [option.name: "\($0)"] }
      case .seed, .text: options
      }
    }
  }

  /// Nodes of which some are down, drained or backups; the last one is up.
  private static func cluster(_ count: Int, _ random: inout SplitMix) throws -> Cluster {
    let nodes = (0..<count).map { index in
      let states: [Node.State] = [.up, .up, .up, .down, .drain]
      let isLast = index == count - 1
      let isBackup = !isLast && Int.random(in: 0..<5, using: &random) == 0
      return Node(
        id: NodeID("n\(index)"), address: "10.0.0.\(max(1, index / 2)):80",
        weight: Double(Int.random(in: 1...5, using: &random)),
        state: isLast ? .up : states.randomElement(using: &random) ?? .up,
        properties: isBackup ? ["backup": "true"] : [:])
    }
    return try Cluster(nodes: nodes, allowsRepeatedAddresses: true)
  }

  /// What a key space says against what the selector answers; nil if they agree.
  private static func difference(
    _ selector: any NodeSelector, _ space: KeySpace, _ key: [UInt8]
  ) -> String? {
    let index = selector.index(for: key)
    if index == nil, space.stateRule == nil { return "\(key) goes nowhere, without a rule" }
    guard let hash = selector.hash(of: key.span) else { return nil }
    let agrees =
      switch space.owner(ofHash: hash) {
      case .node(let owner)?: index == owner
      case .state?: index == nil
      case .rehashed?: true
      case nil: false
      }
    return agrees && hash <= space.domain.last
      ? nil : "\(key) of hash \(hash) goes to \(index.map { "\($0)" } ?? "none")"
  }

  @Test(arguments: rules.map(\.name), [1, 2] as [UInt64])
  func agreesWithLookups(name: String, seed: UInt64) throws {
    let rule = try #require(Self.rules.first { $0.name == name })
    var random = SplitMix(state: seed)
    var different: [String] = []
    var checked = 0
    for options in Self.options(rule) {
      for count in [1, 2, 3, 9, 30] {
        let cluster = try Self.cluster(count, &random)
        // Some words ask for another option.
        guard let selector = try? rule.selector(for: cluster, options: options) else { continue }
        checked += 1
        let space = selector.keySpace()
        let keys =
          (0..<100).map { "key-\(count)-\($0)" } + (0..<40).map { "\($0 * 97_531_357)" }
          + (0..<40).map { "10.\($0).\($0 * 7 % 256).1" } + ["", " ", "/a/b?c", "2001:db8::1"]
        for key in keys {
          if let found = Self.difference(selector, space, Array(key.utf8)) {
            different.append("\(options), \(count) nodes: \(found)")
          }
        }
        if let shares = space.shares(nodeCount: count) {
          let sum = shares.nodes.reduce(0, +) + shares.state + shares.rehashed
          if (sum - 1).magnitude > 1e-9 { different.append("\(options): shares of \(sum)") }
        }
      }
    }
    #expect(checked > 4)
    #expect(different.isEmpty, "seed \(seed), \(different.count), such as \(different.prefix(3))")
  }

  /// How a rule is asked for a hash: its options, and a key of that hash.
  struct Asking: CustomTestStringConvertible, Sendable {
    let name: String
    let options: [String: String]
    let key: @Sendable (UInt32) -> [UInt8]
    var testDescription: String { "\(name) \(options)" }

    static let all: [Asking] = [
      Asking(name: "nginx", options: [:], key: keyOfCRC32),
      Asking(name: "pingora", options: [:], key: keyOfCRC32),
      Asking(name: "pingora", options: ["max-iterations": "2"], key: keyOfCRC32),
      Asking(name: "resty-chash", options: [:], key: keyOfCRC32),
      Asking(name: "haproxy-consistent", options: ["hash": "crc32"], key: keyOfCRC32),
      Asking(name: "haproxy-consistent", options: ["hash": "none"]) { Array("\($0)".utf8) },
      Asking(name: "haproxy-map", options: ["hash": "none"]) { Array("\($0)".utf8) },
      Asking(name: "nginx-split-clients", options: [:], key: undoMurmur2),
      Asking(name: "nginx-maglev", options: [:], key: undoMurmur2),
      Asking(name: "varnish-shard", options: ["by": "integer"]) { Array("\($0)".utf8) },
      Asking(name: "varnish-shard", options: ["by": "integer", "replicas": "1"]) {
        Array("\($0)".utf8)
      },
      Asking(name: "varnish-shard", options: ["by": "integer", "alt": "2"]) {
        Array("\($0)".utf8)
      },
    ]
  }

  /// At both ends of every interval.
  @Test(arguments: Asking.all)
  func agreesAtEdges(asking: Asking) throws {
    let rule = try #require(Self.rules.first { $0.name == asking.name })
    var random = SplitMix(state: 3)
    var different: [String] = []
    for count in [1, 2, 3, 6, 9] {
      let selector = try rule.selector(
        for: Self.cluster(count, &random), options: asking.options)
      let space = selector.keySpace()
      var edges: [UInt64] = []
      switch space.form {
      case .intervals(let intervals):
        intervals.forEach { range, _ in edges += [range.first, range.last] }
        #expect(edges.first == 0 && edges.last == space.domain.last)
      case .residues(let residues): edges = [0, residues.domain.last, space.domain.last]
      case .shares, .opaque: Issue.record("the form is \(space.form)")
      }
      for hash in edges {
        let key = asking.key(UInt32(hash))
        #expect(selector.hash(of: key.span) == hash)
        if let found = Self.difference(selector, space, key) { different.append(found) }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.prefix(3))")
  }

  /// Rings over the same hash compare exactly.
  @Test func ringsOfCRC32AgreeInTheirHash() throws {
    let cluster = try Cluster(nodes: (1...5).map { Node(address: "10.0.0.\($0):80") })
    let nginx = try NginxConsistentHash(cluster).keySpace()
    #expect(try PingoraKetama(cluster).keySpace() == nginx.withoutStateRule)
    #expect(try RestyChash(cluster).keySpace().keyHash == nginx.keyHash)
    let haproxy = HAProxyKeyHash(function: .crc32, isAvalanche: false)
    #expect(
      try HAProxyConsistentHash(cluster, keyHash: haproxy).keySpace().keyHash == nginx.keyHash)
  }

  /// Everything that changes what is hashed is in the name of the hash.
  @Test func hashesOfHAProxyHaveDifferentNames() throws {
    let cluster = try Cluster(nodes: ["10.0.0.1:80", "10.0.0.2:80"])
    var names: Set<String> = []
    var count = 0
    for function in HAProxyKeyHash.Function.allCases {
      for isAvalanche in [false, true] {
        let hashes =
          [.urlParameter, .header].map {
            HAProxyKeyHash(function: function, isAvalanche: isAvalanche, balance: $0)
          }
          + [
            HAProxyURIPart(), HAProxyURIPart(isWhole: true), HAProxyURIPart(isPathOnly: true),
            HAProxyURIPart(length: 3), HAProxyURIPart(depth: 3),
          ].map {
            HAProxyKeyHash(
              function: function, isAvalanche: isAvalanche, balance: .uri, uriPart: $0)
          }
        for hash in hashes {
          let space = try HAProxyConsistentHash(cluster, keyHash: hash).keySpace()
          names.insert(space.keyHash.function)
          count += 1
        }
      }
    }
    #expect(names.count == count)
  }
}

extension KeySpace {
  fileprivate var withoutStateRule: KeySpace {
    KeySpace(domain: domain, keyHash: keyHash, form: form, rehashedShares: rehashedShares)
  }
}

/// Four bytes of a given CRC-32, whose steps are undone one after the other.
@Sendable private func keyOfCRC32(_ checksum: UInt32) -> [UInt8] {
  var state = ~checksum
  for _ in 0..<32 {
    state = state >> 31 == 1 ? (state ^ 0xEDB8_8320) << 1 | 1 : state << 1
  }
  let word = ~state
  return (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
}
