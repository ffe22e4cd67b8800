import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct NginxSplitClientsTests {
  struct Table: Decodable, CustomTestStringConvertible {
    struct Part: Decodable {
      let percent: String
      let value: String
    }
    let name: String
    let keys: String
    let parts: [Part]
    let backends: [String]
    let map: String
    var testDescription: String { name }
  }

  /// Recorded from nginx 1.22.1: ten equal parts, a thousand fine ones, uneven ones, no `*`.
  @Test(arguments: try RecordedAnswers.load("nginx-split-clients") as [Table])
  func takesThePartThatNginxTook(table: Table) throws {
    let parts = table.parts.map { NginxSplitPart($0.percent) }
    #expect(!parts.contains(nil))
    let nodes = parts.indices.map { Node(id: NodeID("part \($0)"), address: "10.0.0.1:\($0 + 1)") }
    let selector = try NginxSplitClients(nodes: nodes, parts: parts)
    let recorded = RecordedAnswers.decode(table.map, table.backends)
    RecordedAnswers.expectSame(try RecordedAnswers.keys(table.keys), recorded) { key in
      selector.choice(for: key.span).map { table.parts[$0].value } ?? ""
    }
  }

  /// The rule written for reading: one part after the other, MurmurHash2 as its author writes it.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithTheTextbook(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var different: [String] = []
    for _ in 0..<50 {
      var percents: [Int] = []
      while percents.count < 12 {
        let most = 10_000 - percents.reduce(0, +)
        if most == 0 { break }
        percents.append(Int.random(in: 1...min(most, 3000), using: &random))
      }
      let hasRest = Bool.random(using: &random)
      let parts = percents.map(NginxSplitPart.hundredths) + (hasRest ? [.rest] : [])
      let nodes = parts.indices.map { Node(address: "10.0.0.1:\($0 + 1)") }
      let selector = try NginxSplitClients(nodes: nodes, parts: parts)
      for _ in 0..<200 {
        let key = (0..<Int.random(in: 0...23, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        var end: UInt64 = 0
        let hash = UInt64(textbookMurmur2(key))
        let part = percents.firstIndex { percent in
          end += UInt64(percent) * 4_294_967_295 / 10_000
          return hash < end
        }
        if selector.choice(for: key.span) != part ?? (hasRest ? percents.count : nil) {
          different.append("seed \(seed), \(key) in \(parts)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  /// Three parts of 33.33, 33.33 and 33.34 % end at 4294967292: the hashes behind that are nobody's
  /// before nginx 1.31.2, and the last part's since.
  @Test func roundingLeavesHashesOver() throws {
    let nodes: [Node] = ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"]
    let parts: [NginxSplitPart?] = [.hundredths(3333), .hundredths(3333), .hundredths(3334)]
    // Found by search.
    let key = try #require(keyBehind(parts: [3333, 3333, 3334]))
    #expect(try NginxSplitClients(nodes: nodes, parts: parts).choice(for: key.span) == nil)
    let since = try NginxSplitClients(nodes: nodes, parts: parts, remainder: .last)
    #expect(since.choice(for: key.span) == 2)
    let lessThanAll = try NginxSplitClients(
      nodes: nodes, parts: [.hundredths(1), .hundredths(1), .hundredths(1)], remainder: .last)
    #expect(lessThanAll.choice(for: key.span) == nil)
  }

  /// A key whose hash is at or behind the last end: MurmurHash2 of four bytes can be undone.
  private func keyBehind(parts: [Int]) -> [UInt8]? {
    let end = parts.reduce(0 as UInt64) { $0 + UInt64($1) * 4_294_967_295 / 10_000 }
    for target in end...UInt64(UInt32.max) {
      let key = undoMurmur2(UInt32(target))
      if textbookMurmur2(key) == UInt32(target) { return key }
    }
    return nil
  }

  @Test func splitsByWeightsUnlessPercentsAreGiven() throws {
    let cluster = try Cluster(
      nodes: [
        Node(address: "10.0.0.1:80", weight: 29), Node(address: "10.0.0.2:80", weight: 0),
        Node(address: "10.0.0.3:80", weight: 71),
      ], algorithm: "nginx-split-clients")
    let byWeight = try Algorithm.named("nginx-split-clients").selector(for: cluster)
    let byPart = try NginxSplitClients(
      nodes: cluster.nodes, parts: [.hundredths(2900), nil, .rest])
    let keys = (0..<2000).map { "key-\($0)" }
    let areSame = keys.allSatisfy { byWeight.choice(for: $0) == byPart.choice(for: $0) }
    #expect(areSame)
    #expect(Set(keys.compactMap { byWeight.choice(for: $0) }) == [0, 2])
  }

  @Test func readsPercentsOfNodes() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "10.0.0.1:80", properties: ["percent": "0.05%"]),
      Node(address: "10.0.0.2:80", properties: ["percent": "12.34"]),
      Node(address: "10.0.0.3:80", properties: ["percent": "*"]),
    ])
    let written = try NginxSplitClients(cluster)
    let plain = try NginxSplitClients(
      nodes: cluster.nodes, parts: [.hundredths(5), .hundredths(1234), .rest])
    let areSame = (0..<5000).allSatisfy {
      written.choice(for: "key-\($0)") == plain.choice(for: "key-\($0)")
    }
    #expect(areSame)
  }

  @Test(arguments: [
    ("1%", 100), ("1", 100), ("0.01%", 1), (".5%", 50), ("5.%", 500), ("33.3%", 3330),
    ("100%", 10_000), ("100.00", 10_000), ("007.10%", 710),
  ])
  func readsPercents(text: String, hundredths: Int) {
    #expect(NginxSplitPart(text) == .hundredths(hundredths))
  }

  @Test(arguments: [
    "", "%", ".", ".%", "0", "0.00%", "100.01%", "1.234%", "-1%", "1e1%", "1..2%", "**", "1 %",
    "99999999999999999999%",
  ])
  func refusesPercentsThatNginxRefuses(text: String) {
    #expect(NginxSplitPart(text) == nil)
  }

  @Test func refusesPartsThatNginxRefuses() throws {
    let nodes: [Node] = ["10.0.0.1:1", "10.0.0.1:2"]
    let refused: [[NginxSplitPart?]] = [
      [.rest, .hundredths(1)], [.hundredths(9999), .hundredths(2)], [.rest, .rest],
      [.hundredths(0), .rest], [nil, nil], [.rest],
    ]
    for parts in refused {
      #expect(throws: ClusterError.self) { try NginxSplitClients(nodes: nodes, parts: parts) }
    }
    let some = try Cluster(nodes: [
      Node(address: "10.0.0.1:80", properties: ["percent": "1%"]), "10.0.0.2:80",
    ])
    let error = #expect(throws: ClusterError.self) { try NginxSplitClients(some) }
    #expect(error?.code == .invalidProperty && error?.subject == .node(1))
    let tiny = try Cluster(nodes: [Node(address: "10.0.0.1:80", weight: 0.00001), "10.0.0.2:80"])
    #expect(throws: ClusterError.self) { try NginxSplitClients(tiny) }
  }

  /// A part has no fallback.
  @Test func keysOfAPartThatIsDownHaveNoNode() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "10.0.0.1:80", state: .down), "10.0.0.2:80",
    ])
    let selector = try NginxSplitClients(cluster)
    let preferences = Set((0..<100).map { selector.preference(for: "key-\($0)") })
    #expect(
      preferences == [
        Preference(indices: [], end: .stateful("no other part")),
        Preference(indices: [1], end: .stateful("no other part")),
      ])
  }
}

private func textbookMurmur2(_ key: [UInt8]) -> UInt32 {
  let m: UInt32 = 0x5BD1_E995
  var h = UInt32(key.count)
  var rest = key[...]
  while rest.count >= 4 {
    var k = rest.prefix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    k = k &* m
    k ^= k >> 24
    k = k &* m
    h = h &* m
    h ^= k
    rest = rest.dropFirst(4)
  }
  let tail = Array(rest)
  if tail.count == 3 { h ^= UInt32(tail[2]) << 16 }
  if tail.count >= 2 { h ^= UInt32(tail[1]) << 8 }
  if tail.count >= 1 {
    h ^= UInt32(tail[0])
    h = h &* m
  }
  h ^= h >> 13
  h = h &* m
  h ^= h >> 15
  return h
}

/// Four bytes of a given hash: every step of MurmurHash2 can be undone.
private func undoMurmur2(_ hash: UInt32) -> [UInt8] {
  let m: UInt32 = 0x5BD1_E995
  // Newton's iteration for the inverse modulo 2³².
  var inverse = m
  for _ in 0..<5 { inverse = inverse &* (2 &- m &* inverse) }
  func unshift(_ value: UInt32, _ shift: UInt32) -> UInt32 {
    var result = value
    for _ in 0..<(32 / shift) { result = value ^ result >> shift }
    return result
  }
  var h = unshift(hash, 15) &* inverse
  h = unshift(h, 13)
  var k = h ^ 4 &* m
  k = unshift(k &* inverse, 24) &* inverse
  return (0..<4).map { UInt8(truncatingIfNeeded: k >> (8 * UInt32($0))) }
}
