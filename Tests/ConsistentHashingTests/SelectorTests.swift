import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// What all selectors have in common.
@Suite struct SelectorTests {
  private struct Dice: NodeSelector {
    let nodes: [Node] = ["a", "b", "c"]
    func choice(for key: Span<UInt8>) -> Int? { key.isEmpty ? nil : 1 }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      if key.isEmpty { return .stateful("dice") }
      for index in [1, 2] where !visit(index) { return .stopped }
      return .stateful("dice")
    }
  }

  @Test func preferencesStopWhereAsked() throws {
    let ring = try KetamaRing(nodes: ["a", "b", "c"])
    let full = ring.preference(for: "key")
    #expect(full.end == .everyNode && full.indices.sorted() == [0, 1, 2])
    #expect(ring.preference(for: "key", limit: 0) == Preference([], .stopped))
    #expect(ring.preference(for: "key", limit: -1) == Preference([], .stopped))
    #expect(ring.preference(for: "key", limit: 2).indices == Array(full.indices.prefix(2)))
    #expect(ring.preference(for: "key", limit: 2).end == .stopped)
    #expect(ring.preference(forHash: ring.hash(of: "key".utf8.span)) == full)
  }

  @Test func rulesMayLeaveKeysToState() {
    let dice = Dice()
    let key: [UInt8] = [1]
    #expect(dice.choice(for: "") == nil)
    #expect(dice.preference(for: "") == Preference([], .stateful("dice")))
    #expect(dice.preference(for: "k") == Preference([1, 2], .stateful("dice")))
    #expect(dice.choice(for: key.span, where: { $0 == 2 }) == 2)
    #expect(dice.choice(for: key.span, where: { $0 == 0 }) == nil)
  }

  @Test func whereAsksForNoMoreThanItNeeds() throws {
    let ring = try KetamaRing(nodes: ["a", "b", "c", "d"])
    var asked: [Int] = []
    let order = ring.preference(for: "key").indices
    let key = Array("key".utf8)
    let choice = ring.choice(for: key.span) { index in
      asked.append(index)
      return index == order[2]
    }
    #expect(choice == order[2])
    #expect(asked.last == order[2] && Set(asked) == Set(order.prefix(3)))
    #expect(ring.index(forHash: 1, where: { _ in false }) == nil)
  }

  @Test func keyedSelectorsHashWithTheCallersFunction() throws {
    let table = try MaglevTable(nodes: ["a", "b", "c"])
    let keyed = table.keyed(by: XXH64(seed: 9))
    #expect(keyed.keyHash == XXH64(seed: 9).identity)
    #expect(keyed.nodes == table.nodes)
    for number in 0..<100 {
      let key = "key-\(number)"
      let hash = XXH64.hash(key, seed: 9)
      #expect(keyed.index(for: key) == table.index(forHash: hash))
      #expect(keyed.choice(for: key) == table.index(forHash: hash))
      #expect(keyed.preference(for: key) == table.preference(forHash: hash))
    }
  }

  @Test func algorithmsAreListedOnce() {
    #expect(Algorithm.native.map(\.name) == ["ketama", "jump", "rendezvous", "maglev"])
    for algorithm in Algorithm.native {
      #expect(!algorithm.summary.isEmpty)
      #expect(Set(algorithm.options.map(\.name)).count == algorithm.options.count)
      #expect(algorithm.options.contains { $0.name == "seed" && $0.standard == "0" })
    }
  }

  @Test func optionsSayWhatTheyTake() {
    func range(_ kind: AlgorithmOption.Kind) -> String {
      AlgorithmOption(name: "o", kind: kind, standard: nil, summary: "").range
    }
    #expect(range(.integer(1...5)) == "1 to 5")
    #expect(range(.integer(1...(.max))) == "1 or more")
    #expect(range(.integer(2...2)) == "2")
    #expect(range(.word(["a", "b"])) == "a, b")
  }

  @Test func optionsReachTheBuilder() throws {
    let algorithm = Algorithm(
      name: "probe", summary: "",
      options: [
        AlgorithmOption(name: "word", kind: .word(["x", "y"]), standard: "x", summary: ""),
        AlgorithmOption(name: "number", kind: .integer(0...9), standard: nil, summary: ""),
      ], promises: Broken.allPromises
    ) { cluster, options throws(ClusterError) in
      let word = try options.word("word")
      let number = options.has("number") ? try options.integer("number") : 0
      return try KetamaRing(cluster, virtualNodes: number + 1, seed: word == "x" ? 1 : 2)
    }
    func ring(_ options: [String: String]) throws -> KetamaRing? {
      try algorithm.selector(for: Cluster(nodes: ["a"], algorithm: "probe", options: options))
        as? KetamaRing
    }
    #expect(try ring([:])?.seed == 1)
    #expect(try ring([:])?.pointCount == 1)
    #expect(try ring(["word": "y", "number": "4"])?.seed == 2)
    #expect(try ring(["word": "y", "number": "4"])?.pointCount == 5)
    #expect(throws: ClusterError.self) { try ring(["word": "z"]) }
    #expect(throws: ClusterError.self) { try ring(["number": "10"]) }
  }
}
