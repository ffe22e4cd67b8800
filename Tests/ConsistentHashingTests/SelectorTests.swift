import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// What all selectors have in common.
@Suite struct SelectorTests {
  private struct Dice: NodeSelector {
    let nodes: [Node] = ["a", "b", "c"]
    func index(for key: Span<UInt8>) -> Int? { key.isEmpty ? nil : 1 }
    func hash(of key: Span<UInt8>) -> UInt64? { nil }
    func keySpace() -> KeySpace {
      KeySpace(domain: .bits64, keyHash: XXH3().identity, form: .opaque("dice"), stateRule: "dice")
    }
    func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
      if key.isEmpty { return .stateful("dice") }
      for index in [1, 2] where !visit(index) { return .stopped }
      return .stateful("dice")
    }
  }

  @Test func preferencesStopWhereAsked() throws {
    let ring = try KetamaRing(nodes: ["a", "b", "c"])
    let full = ring.preference(for: "key")
    #expect(full.end == .everyNode && full.sorted() == [0, 1, 2])
    #expect(ring.preference(for: "key", limit: 0) == Preference([], end: .stopped))
    #expect(ring.preference(for: "key", limit: -1) == Preference([], end: .stopped))
    #expect(Array(ring.preference(for: "key", limit: 2)) == Array(full.prefix(2)))
    #expect(ring.preference(for: "key", limit: 2).end == .stopped)
    #expect(ring.preference(forHash: ring.hash(of: "key".utf8.span)) == full)
  }

  @Test func rulesMayLeaveKeysToState() {
    let dice = Dice()
    let key: [UInt8] = [1]
    #expect(dice.index(for: "") == nil)
    #expect(dice.preference(for: "") == Preference([], end: .stateful("dice")))
    #expect(dice.preference(for: "k") == Preference([1, 2], end: .stateful("dice")))
    #expect(dice.index(for: key, among: HealthMask([false, false, true])) == 2)
    #expect(dice.index(for: key, among: HealthMask([true, false, false])) == nil)
    #expect(dice.indices(forKeys: ["", "k"]) == [nil, 1])
    #expect(
      dice.indices(forKeys: ["", "k"], among: HealthMask([false, false, true])) == [nil, 2])
  }

  /// The same key as a text, an array and a span; masked, limited, in a batch.
  @Test func overloadsAgree() throws {
    let ring = try KetamaRing(nodes: ["a", "b", "c", "d"])
    let bytes = Array("key".utf8)
    let order = Array(ring.preference(for: "key"))
    let up = HealthMask((0..<4).map { $0 == order[2] })
    #expect(ring.index(for: "key") == order[0])
    #expect(ring.index(for: bytes) == order[0])
    #expect(ring.index(for: bytes.span) == order[0])
    #expect(ring.index(for: "key", among: up) == order[2])
    #expect(ring.index(for: bytes, among: up) == order[2])
    #expect(ring.index(for: bytes.span, among: up) == order[2])
    #expect(ring.index(forHash: ring.hash(of: bytes.span), among: up) == order[2])
    #expect(ring.index(for: "key", among: HealthMask(allDown: 4)) == nil)
    #expect(Array(ring.preference(for: bytes, among: up)) == [order[2]])
    #expect(ring.indices(forKeys: ["key", "other"]) == [order[0], ring.index(for: "other")])
    #expect(ring.indices(forKeys: ["key"], among: up) == [order[2]])
    #expect(ring.indices(forKeys: [String]()) == [])
    let selector: any NodeSelector = ring
    #expect(selector.index(for: "key") == order[0])
    #expect(selector.indices(forKeys: ["key"]) == [order[0]])
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
      #expect(keyed.index(for: key) == table.index(forHash: hash))
      #expect(keyed.preference(for: key) == table.preference(forHash: hash))
    }
  }

  @Test func rulesAreListedOnce() throws {
    #expect(RuleCatalogue.native.map(\.name) == ["ketama", "jump", "rendezvous", "maglev"])
    for rule in RuleCatalogue.native {
      #expect(!rule.summary.isEmpty)
      #expect(Set(rule.options.map(\.name)).count == rule.options.count)
      #expect(rule.options.contains { $0.name == "seed" && $0.defaultValue == "0" })
    }
  }
}
