import ConsistentHashing
import ConsistentHashingTesting
import RemapAnalysis
import Testing

/// A list of events is what its events are one by one.
@Suite struct ManyEventsTests {
  private static func event(_ generator: inout SeededGenerator) -> ScaleEvent {
    func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }
    let id = NodeID("n\(number(0..<12))")
    switch number(0..<8) {
    case 0, 1:
      return .add(
        Node(id: id, address: "a\(number(0..<14)):80", weight: Double(number(0..<4))))
    case 2: return .remove(id)
    case 3: return .down(id)
    case 4: return .up(id)
    case 5:
      return .replace(id, address: ["a\(number(0..<14)):80", "no address"][number(0..<20) / 19])
    default: return .weight(id, [0, 0.5, 1, 2, 3, 5, -1][number(0..<7)])
    }
  }

  /// Events that cannot be applied are errors in both ways, with the same words.
  @Test func manyEventsAreTheEventsOneByOne() throws {
    var applied = 0
    for seed: UInt64 in 1...400 {
      var generator = SeededGenerator(seed: seed)
      let nodes = (0..<6).map {
        Node(id: NodeID("n\($0)"), address: "a\($0):80", weight: Double(1 + $0 % 3))
      }
      var placed = PlacedCluster(
        try Cluster(nodes: nodes, allowsRepeatedAddresses: seed.isMultiple(of: 2)), Placement())
      let before = placed
      var events: [ScaleEvent] = []
      var failure: ClusterError?
      for _ in 0..<30 where failure == nil {
        let event = Self.event(&generator)
        do throws(ClusterError) {
          placed = try event.applied(to: placed)
          events.append(event)
          applied += 1
        } catch {
          // Most go on without it, so that there are long lists.
          guard seed.isMultiple(of: 3) else { continue }
          failure = error
          events.append(event)
        }
      }
      let together = Result { () throws(ClusterError) in try before.applying(events) }
      #expect(together == failure.map { .failure($0) } ?? .success(placed), "seed \(seed)")
      // What comes out is a cluster to the checks of a whole one, slots included.
      let slots = placed.nodes.indices.map {
        placed.cluster.slots.slots(ofNode: $0).flatMap(Array.init)
      }
      let hasSlots = zip(placed.nodes, slots).allSatisfy { $0.weight > 0 || $1.isEmpty }
      guard hasSlots else { continue }
      let checked = try Cluster(
        nodes: placed.nodes, slots: slots, slotCount: placed.cluster.slots.count,
        allowsRepeatedAddresses: seed.isMultiple(of: 2))
      #expect(checked == placed.cluster)
    }
    #expect(applied > 2000)
  }
}
