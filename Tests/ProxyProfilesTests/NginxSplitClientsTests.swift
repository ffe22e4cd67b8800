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
    let selector = try NginxSplitClients(cluster(table.parts.map(\.percent)))
    let recorded = RecordedAnswers.decode(table.map, table.backends)
    RecordedAnswers.expectSame(try RecordedAnswers.keys(table.keys), recorded) { key in
      selector.index(for: key.span).map { table.parts[$0].value } ?? ""
    }
  }

  /// A node for each part, as the configuration writes it; nil for a node without a line.
  private func cluster(_ percents: [String?]) throws -> Cluster {
    try Cluster(
      nodes: percents.enumerated().map { position, percent in
        Node(
          id: NodeID("part \(position)"), address: "10.0.0.1:\(position + 1)",
          state: percent == nil ? .drain : .up,
          properties: percent.map { ["percent": $0] } ?? [:])
      })
  }

  /// Hundredths of a percent as a configuration writes them.
  private func written(_ hundredths: Int) -> String {
    "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)%"
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
      let parts = percents.map(written) + (hasRest ? ["*"] : [])
      let selector = try NginxSplitClients(cluster(parts))
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
        if selector.index(for: key.span) != part ?? (hasRest ? percents.count : nil) {
          different.append("seed \(seed), \(key) in \(parts)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  /// Three parts of 33.33, 33.33 and 33.34 % end at 4294967292: the hashes after that belong to no part
  /// before nginx 1.31.2, and to the last part since.
  @Test func roundingLeavesHashesOver() throws {
    let whole = try cluster(["33.33", "33.33", "33.34"])
    // Found by search.
    let key = try #require(keyBehind(parts: [3333, 3333, 3334]))
    #expect(try NginxSplitClients(whole).index(for: key.span) == nil)
    let since = try NginxSplitClients(whole, remainder: .last)
    #expect(since.index(for: key.span) == 2)
    let lessThanAll = try NginxSplitClients(
      cluster(["0.01", "0.01", "0.01"]), remainder: .last)
    #expect(lessThanAll.index(for: key.span) == nil)
  }

  /// A key whose hash is at or after the last end: MurmurHash2 of four bytes can be undone.
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
      ])
    let byWeight = try PlacementRule.nginxSplitClients.selector(for: cluster)
    let byPart = try NginxSplitClients(self.cluster(["29%", nil, "*"]))
    let keys = (0..<2000).map { "key-\($0)" }
    let areSame = keys.allSatisfy { byWeight.index(for: $0) == byPart.index(for: $0) }
    #expect(areSame)
    #expect(Set(keys.compactMap { byWeight.index(for: $0) }) == [0, 2])
  }

  @Test func readsPercentsOfNodes() throws {
    let cluster = try Cluster(nodes: [
      Node(address: "10.0.0.1:80", properties: ["percent": "0.05%"]),
      Node(address: "10.0.0.2:80", properties: ["percent": "12.34"]),
      Node(address: "10.0.0.3:80", properties: ["percent": "*"]),
    ])
    let written = try NginxSplitClients(cluster)
    let ends = [5, 1239].map { UInt64($0) * 4_294_967_295 / 10_000 }
    let areSame = (0..<5000).allSatisfy { number in
      let hash = UInt64(textbookMurmur2(Array("key-\(number)".utf8)))
      // Each part is rounded down by itself, here to the same ends as their sum.
      return written.index(for: "key-\(number)") == ends.firstIndex { hash < $0 } ?? 2
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
    let refused: [[String?]] = [
      ["*", "0.01%"], ["99.99%", "0.02%"], ["*", "*"], ["0%", "*"], [nil, nil], ["100%", "*", "*"],
    ]
    for parts in refused {
      let cluster = try cluster(parts)
      #expect(throws: ClusterError.self) { try NginxSplitClients(cluster) }
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
        Preference([], end: .stateful("no other part")),
        Preference([1], end: .stateful("no other part")),
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
@Sendable func undoMurmur2(_ hash: UInt32) -> [UInt8] {
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
