import ConsistentHashingTesting
import Testing

@testable import ConsistentHashing

/// A ring that was changed against one that was built.
@Suite struct RingUpdateTests {
  /// What differs between two rings, in words.
  private static func differences(_ updated: KetamaRing, _ built: KetamaRing) -> [String] {
    var found: [String] = []
    if updated.nodes != built.nodes { found.append("nodes") }
    if updated.points.values != built.points.values { found.append("values") }
    if updated.points.entries != built.points.entries { found.append("entries") }
    if updated.points.upperOwners != built.points.upperOwners { found.append("upper owners") }
    if updated.points.index != built.points.index { found.append("index") }
    for hash in [0, 1 << 63, .max] as [UInt64]
    where updated.preference(forHash: hash) != built.preference(forHash: hash) {
      found.append("the preference of \(hash)")
    }
    return found
  }

  /// Another list of nodes: some leave, come, change, move to another address or another place.
  private static func changed(_ nodes: [Node], _ generator: inout SeededGenerator) -> [Node] {
    var nodes = nodes
    for _ in 0...generator.below(3) {
      let place = generator.below(nodes.count)
      switch generator.below(8) {
      case 0 where nodes.count > 1: nodes.remove(at: place)
      case 1: nodes[place].weight = [0, 0.001, 0.5, 1, 1.01, 2, 3.3][generator.below(7)]
      case 2: nodes[place].state = Node.State.allCases[generator.below(3)]
      case 3: nodes[place].address = "10.9.0.\(generator.below(250)):\(generator.below(60_000))"
      case 4: nodes.swapAt(place, generator.below(nodes.count))
      case 5 where generator.below(4) == 0: nodes = generator.shuffled(nodes)
      default:
        let number = generator.next()
        nodes.insert(
          Node(id: NodeID("new-\(number)"), address: "new-\(number)"),
          at: generator.below(2) == 0 ? nodes.count : place)
      }
    }
    return nodes
  }

  @Test func randomChangesGiveTheRingThatIsBuilt() throws {
    var failures: [String] = []
    for seed in 0..<120 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      // Of few nodes most rings are built anew; around 256 entries grow from one byte to two.
      let size = [1 + generator.below(30), 60 + generator.below(60), 250 + generator.below(10)][
        Int(seed % 3)]
      var nodes = (0..<size).map { Node(address: "node-\($0)") }
      let virtualNodes = 1 + generator.below(20)
      var ring = try KetamaRing(nodes: nodes, virtualNodes: virtualNodes, seed: seed)
      for step in 0..<6 {
        nodes = Self.changed(nodes, &generator)
        guard nodes.contains(where: \.isAvailable) else { break }
        let cluster = try Cluster(nodes: nodes, allowsRepeatedAddresses: true)
        let updated = try ring.updated(to: cluster)
        let built = try KetamaRing(cluster, virtualNodes: virtualNodes, seed: seed)
        let differences = Self.differences(updated, built)
        if differences != [] || updated.seed != seed || updated.virtualNodes != virtualNodes {
          failures.append("seed \(seed), step \(step): \(differences)")
        }
        ring = updated
      }
    }
    #expect(failures == [])
  }

  /// Two nodes whose 8192 points have the same values, found among 64 million names.
  @Test func pointsThatCoincideStandInTheOrderOfIDs() throws {
    let twins: [Node] = ["node-9944578", "node-48722623"]
    var failures: [String] = []
    // Enough of them that a twin is a small change.
    let others: [Node] = ["a", Node(address: "b", weight: 16)]
    for nodes in [twins + others, others + twins.reversed()] {
      let first = try #require(nodes.firstIndex { $0.id == "node-48722623" })
      let second = try #require(nodes.firstIndex { $0.id == "node-9944578" })
      let ring = try KetamaRing(nodes: nodes, virtualNodes: 8192)
      let positions = (1..<ring.pointCount).filter {
        ring.points.value($0) == ring.points.value($0 - 1)
      }
      if positions.count != 8192 { failures.append("\(positions.count) points coincide") }
      for position in positions
      where ring.points.owner(position - 1) != first || ring.points.owner(position) != second {
        failures.append("point \(position) of \(nodes.map(\.id))")
      }
      for gone in [first, second] {
        var fewer = nodes
        fewer.remove(at: gone)
        let small = try KetamaRing(nodes: fewer, virtualNodes: 8192)
        let back = try small.updated(to: Cluster(nodes: nodes))
        let left = try ring.updated(to: Cluster(nodes: fewer))
        failures += Self.differences(back, ring) + Self.differences(left, small)
      }
    }
    #expect(failures == [])
  }

  /// What makes a ring impossible makes the update impossible, and says so.
  @Test func refusesWhatANewRingRefuses() throws {
    let ring = try KetamaRing(nodes: ["a", "b"], virtualNodes: 1_000_000)
    let down = try Cluster(nodes: [Node(address: "a", state: .down), Node(address: "b", weight: 0)])
    #expect {
      try ring.updated(to: down)
    } throws: {
      ($0 as? ClusterError)?.code == .noAvailableNode
    }
    let heavy = try Cluster(nodes: ["a", Node(address: "b", weight: 1e9)])
    #expect {
      try ring.updated(to: heavy)
    } throws: {
      ($0 as? ClusterError)?.code == .tooLarge
    }
  }

  /// Positions of nodes beyond 16 bits: nodes come, go and change places, and then there are fewer.
  @Test func manyNodesKeepTheirOwners() throws {
    let nodes = (0..<65_600).map { Node(address: "n\($0)") }
    var ring = try KetamaRing(nodes: nodes, virtualNodes: 1)
    var failures: [String] = []
    let lists = [Array(nodes[1..<9] + nodes[10...] + ["new"]), nodes.dropLast(70)]
    for (step, list) in lists.enumerated() {
      let cluster = try Cluster(nodes: list)
      ring = try ring.updated(to: cluster)
      failures += try Self.differences(ring, KetamaRing(cluster, virtualNodes: 1))
        .map { "step \(step): \($0)" }
      if ring.points.hasUpperOwners != (step == 0) { failures.append("step \(step): width") }
    }
    #expect(failures == [])
  }

  /// The figures that the documentation gives.
  @Test func tellsTheMemoryHeld() throws {
    for (count, virtualNodes, bytes) in [(200, 160, 13), (1000, 160, 13), (65_600, 2, 15)] {
      let nodes = (0..<count).map { Node(address: "node-\($0)") }
      let ring = try KetamaRing(nodes: nodes, virtualNodes: virtualNodes)
      let points = ring.points
      #expect(
        ring.memoryFootprint == 8 * points.values.count + 4 * points.entries.count
          + 2 * points.upperOwners.count + 4 * points.index.count)
      let perPoint = Double(ring.memoryFootprint - 100) / Double(ring.pointCount)
      #expect(perPoint <= Double(bytes) && perPoint > Double(bytes) - 0.25)
    }
  }
}
