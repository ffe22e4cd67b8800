import ConsistentHashing
import Testing

@Suite struct HealthMaskTests {
  @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1000])
  func startsAllUpOrAllDown(_ count: Int) {
    let up = HealthMask(allUp: count)
    let down = HealthMask(allDown: count)
    #expect(up.count == count && down.count == count)
    #expect(up.upCount == count && down.upCount == 0)
    #expect((0..<count).allSatisfy { up[$0] && !down[$0] })
    #expect(up.isFull(for: count) && !up.isFull(for: count + 1))
    #expect(down.isFull(for: count) == (count == 0))
  }

  @Test func bitsAreSetOneByOne() {
    for position in [0, 1, 62, 63, 64, 99] {
      var mask = HealthMask(allUp: 100)
      mask[position] = false
      #expect((0..<100).filter { !mask[$0] } == [position])
      #expect(mask.upCount == 99 && !mask.isFull(for: 100))
      #expect(mask.isFull(for: position) && !mask.isFull(for: position + 1))
      mask[position] = true
      #expect(mask == HealthMask(allUp: 100))
    }
    #expect(HealthMask([true, false, true]) == HealthMask([true, false, true]))
    #expect(HealthMask([true, false]) != HealthMask([true, true]))
  }

  /// A position that the mask does not reach is down, and nothing traps.
  @Test func positionsOutsideAreDown() {
    var mask = HealthMask(allUp: 3)
    #expect(!mask[3] && !mask[-1] && !mask[.max] && !mask[.min])
    mask[-1] = true
    mask[70] = false
    #expect(mask == HealthMask(allUp: 3))
    mask[200] = true
    #expect(mask.count == 201 && mask.upCount == 4 && mask[200] && !mask[100])
    #expect(HealthMask(allUp: -5).count == 0)
  }

  /// A mask that is too short gives the new nodes nothing; with nobody up there is no answer.
  @Test func lookupsTakeAnyMask() throws {
    let nodes = (0..<20).map { Node(address: "node-\($0)") }
    let selectors: [any HashedSelector] = [
      try KetamaRing(nodes: nodes), try JumpHash(nodes: nodes), try RendezvousHash(nodes: nodes),
      try MaglevTable(nodes: nodes),
    ]
    let short = HealthMask(allUp: 5)
    let long = HealthMask(allUp: 200)
    for selector in selectors {
      for number in 0..<500 {
        let hash = XXH3.hash("key-\(number)")
        let order = Array(selector.preference(forHash: hash))
        #expect(selector.index(forHash: hash, among: short) == order.first { $0 < 5 })
        #expect(selector.index(forHash: hash, among: long) == order.first)
        #expect(selector.index(forHash: hash, among: HealthMask(allDown: 20)) == nil)
        #expect(selector.index(forHash: hash, among: HealthMask(allUp: 0)) == nil)
      }
      var found: [Int32] = [7, 7]
      var places = found.mutableSpan
      try selector.indices(
        forHashes: [1, 2].span, among: HealthMask(allDown: 20), into: &places)
      #expect(found == [-1, -1])
    }
  }

  /// Weights, nodes that are not available, and more nodes than fit on the stack: the order of scores
  /// is not that of the list, so the mask has to be brought into it.
  @Test(arguments: [3, 64, 65, 300, 5000])
  func rendezvousTakesMasksInAnyOrder(_ count: Int) throws {
    var nodes = (0..<count).map {
      Node(address: "node-\($0)", weight: Double([1, 2, 2.5, 1, 7][$0 % 5]))
    }
    for index in nodes.indices where index % 11 == 4 { nodes[index].state = .down }
    for index in nodes.indices where index % 13 == 5 { nodes[index].weight = 0 }
    let equal = nodes.map { node in
      var node = node
      node.weight = node.weight > 0 ? 1 : 0
      return node
    }
    for nodes in [nodes, equal] {
      let selector = try RendezvousHash(nodes: nodes)
      for kept in [2, 3, 10, 97] {
        for isFewUp in [false, true] {
          let up = HealthMask(nodes.indices.map { ($0 % kept == 0) == isFewUp })
          for hash in (0..<20).map({ XXH3.hash("key-\($0)") }) {
            let expected = selector.preference(forHash: hash).first { up[$0] }
            #expect(selector.index(forHash: hash, among: up) == expected)
          }
        }
      }
    }
  }

  @Test func saysWhoIsDown() {
    #expect("\(HealthMask(allUp: 3))" == "HealthMask(3 of 3 up)")
    #expect("\(HealthMask([true, false, true]))" == "HealthMask(2 of 3 up; down: 1)")
    #expect("\(HealthMask(allDown: 9))" == "HealthMask(0 of 9 up; down: 0, 1, 2, 3, 4, …)")
  }
}
