import ConsistentHashing
import Testing

/// Options as a rule from outside declares them.
@Suite struct RuleOptionsTests {
  private enum Word: String, CaseIterable, Sendable { case x, y }

  private struct Options: RuleOptions {
    var word = Word.x
    var number: Int?
    var size = 5
    var isOn = false
    var isMixed: Bool?
    var seed: UInt64 = 0
    var text: String?
    static let fields: [OptionField<Self>] = [
      .word("word", \.word, "a word"),
      .integer("number", \.number, in: 0...9, "a number"),
      .integer("size", \.size, in: 1...10, "a size"),
      .flag("on", \.isOn, "a flag"),
      .flag("mixed", \.isMixed, on: "yes", off: "no", "a flag"),
      .seed("seed", \.seed, "a seed"),
      .text("text", \.text, "a text"),
    ]
  }

  private static let rule = PlacementRule(
    name: "probe", summary: "", options: Options.self, promises: RulePromises(movement: .any)
  ) { cluster, options, _ throws(ClusterError) in
    try KetamaRing(
      cluster, virtualNodes: (options.number ?? 0) + 1, seed: options.word == .x ? 1 : 2)
  }

  @Test func optionsAreReadAndWritten() throws {
    let written = [
      "word": "y", "number": "4", "size": "10", "on": "on", "mixed": "no",
      "seed": "18446744073709551615", "text": "t",
    ]
    let options = try Options(written, rule: "probe")
    #expect(options.word == .y && options.number == 4 && options.size == 10 && options.isOn)
    #expect(options.isMixed == false && options.seed == .max && options.text == "t")
    #expect(options.written == written)
    #expect(Options().written == [:])
    #expect(try Options([:], rule: "probe") == Options())
  }

  @Test func defaultsComeFromTheType() {
    #expect(
      Self.rule.options.map(\.defaultValue) == ["x", nil, "5", "off", nil, "0", nil])
    #expect(
      Self.rule.options.map(\.range) == [
        "x, y", "0 to 9", "1 to 10", "on, off", "yes, no", "0 to 18446744073709551615",
        "a text that is not empty",
      ])
  }

  @Test func optionsReachTheBuilder() throws {
    func ring(_ options: [String: String]) throws -> KetamaRing? {
      try Self.rule.selector(for: Cluster(nodes: ["a"]), options: options) as? KetamaRing
    }
    #expect(try ring([:])?.seed == 1)
    #expect(try ring([:])?.pointCount == 1)
    #expect(try ring(["word": "y", "number": "4"])?.seed == 2)
    #expect(try ring(["word": "y", "number": "4"])?.pointCount == 5)
  }

  @Test(arguments: [
    ("word", "z"), ("number", "10"), ("number", ""), ("size", "0"), ("on", "yes"), ("text", ""),
    ("seed", "-1"), ("seed", "18446744073709551616"), ("other", "1"),
  ])
  func mistakesAreNamed(_ name: String, _ value: String) {
    #expect {
      try Options([name: value], rule: "probe")
    } throws: { error in
      let error = error as? ClusterError
      return error?.subject == .option(name) && error?.problem.contains(name) == true
    }
  }

  /// Typed options are held to the same ranges as written ones.
  @Test func typedOptionsAreChecked() {
    var options = Options()
    options.size = 11
    #expect(throws: ClusterError.self) { try options.check(for: "probe") }
    options.size = 10
    options.number = -1
    #expect {
      try options.check(for: "probe")
    } throws: { error in
      (error as? ClusterError)?.description
        == "the option number of probe cannot be '-1'; use 0 to 9"
    }
    #expect(throws: ClusterError.self) { try KetamaRing(nodes: ["a"], virtualNodes: 0) }
    #expect(throws: ClusterError.self) { try MaglevTable(nodes: ["a"], tableSize: 4) }
    #expect(throws: ClusterError.self) { try JumpHash(nodes: ["a"], slotCount: 0) }
  }

  @Test func placementsWriteTypedOptionsDown() throws {
    var options = KetamaRing.Options()
    options.virtualNodes = 40
    let placement = Placement(.ketama, options, key: .uri)
    #expect(placement.rule == "ketama" && placement.key == .uri)
    #expect(placement.options == ["virtual-nodes": "40"])
    let placed = PlacedCluster(try Cluster(nodes: ["a", "b"]), placement)
    let ring = try RuleCatalogue.native.selector(for: placed) as? KetamaRing
    #expect(ring?.options == options)
  }

  /// By type and by name it is the same selector, whatever the options.
  @Test func byTypeAndByNameAreOne() throws {
    let cluster = try Cluster(nodes: (0..<10).map { Node(address: "node-\($0)") })
    func differences(
      _ typed: some HashedSelector, _ rule: PlacementRule, _ options: [String: String]
    )
      throws -> Int
    {
      let named = try rule.selector(for: cluster, options: options)
      return (0..<10_000).count { typed.index(for: "key-\($0)") != named.index(for: "key-\($0)") }
    }
    #expect(
      try differences(
        MaglevTable(cluster, tableSize: 101, seed: 7), .maglev, ["table-size": "101", "seed": "7"])
        == 0)
    #expect(
      try differences(
        KetamaRing(cluster, virtualNodes: 7, seed: 7), .ketama, ["virtual-nodes": "7", "seed": "7"])
        == 0)
    #expect(
      try differences(
        JumpHash(cluster, seed: 7), .jump, ["seed": "7"])
        == 0)
    #expect(try differences(RendezvousHash(cluster, seed: 7), .rendezvous, ["seed": "7"]) == 0)
  }
}

@Suite struct RuleCatalogueTests {
  private static let mine = PlacementRule(
    name: "mine", summary: "", promises: RulePromises(movement: .any)
  ) { cluster throws(ClusterError) in
    try RendezvousHash(cluster)
  }

  @Test func catalogsGrow() throws {
    let catalogue = try RuleCatalogue.native.adding(Self.mine)
    #expect(catalogue.map(\.name) == ["ketama", "jump", "rendezvous", "maglev", "mine"])
    #expect(RuleCatalogue.native.count == 4)
    let placed = PlacedCluster(try Cluster(nodes: ["a"]), Placement(rule: "mine"))
    #expect(try catalogue.selector(for: placed) is RendezvousHash)
    #expect("\(catalogue)" == "RuleCatalogue(ketama, jump, rendezvous, maglev, mine)")
  }

  @Test func namesAreTakenOnce() throws {
    let other = PlacementRule(
      name: "ketama", summary: "", promises: RulePromises(movement: .any)
    ) { cluster throws(ClusterError) in
      try RendezvousHash(cluster)
    }
    #expect(throws: CatalogueError(name: "ketama")) { try RuleCatalogue.native.adding(other) }
    #expect(throws: CatalogueError(name: "mine")) { try RuleCatalogue([Self.mine, Self.mine]) }
    #expect("\(CatalogueError(name: "mine"))".contains("'mine'"))
  }

  @Test func unknownNamesListTheKnownOnes() {
    #expect {
      try RuleCatalogue.native.selector(
        for: PlacedCluster(Cluster(nodes: ["a"]), Placement(rule: "ring")))
    } throws: { error in
      (error as? ClusterError)?.remedy == "use one of ketama, jump, rendezvous, maglev"
    }
  }

  /// A rule that can make its selector from the one before gives the same one.
  @Test func updatesGiveTheSameSelector() throws {
    let before = PlacedCluster(
      try Cluster(nodes: (0..<50).map { Node(address: "node-\($0)") }),
      Placement(options: ["virtual-nodes": "100"]))
    var after = before
    after.cluster = try before.cluster.adding("node-50").removing("node-7")
    let old = try RuleCatalogue.native.selector(for: before)
    for placement in [before.placement, Placement(), Placement(rule: "maglev")] {
      after.placement = placement
      let updated = try RuleCatalogue.native.selector(for: after, updating: old)
      let anew = try RuleCatalogue.native.selector(for: after)
      #expect(
        (0..<2000).allSatisfy { updated.index(for: "key-\($0)") == anew.index(for: "key-\($0)") })
    }
  }
}
