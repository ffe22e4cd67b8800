import ConsistentHashing
import ProxyProfiles
import Testing

@Suite struct VarnishHashTests {
  /// The rule written for reading, on random clusters: answer, whole preference, and the answer while
  /// some are sick.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithTheTextbook(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    var different: [String] = []
    for _ in 0..<30 {
      let nodes = (0..<Int.random(in: 1...10, using: &random)).map { index in
        Node(
          address: "10.0.0.\(index):80", weight: Double.random(in: 0.1...5, using: &random),
          state: index > 0 && Int.random(in: 0..<3, using: &random) == 0 ? .down : .up)
      }
      let selector = try VarnishHash(Cluster(nodes: nodes))
      different += Self.differencesAtEdges(of: selector, nodes).map { "seed \(seed), \($0)" }
      let isSick = nodes.map { _ in Bool.random(using: &random) }
      for _ in 0..<50 {
        let key = "key-\(UInt32.random(in: 0...(.max), using: &random))"
        let number = TextbookSHA256.digest(Array(key.utf8)).suffix(4).reversed()
          .reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        func pick(_ candidates: [Int]) -> Int? {
          let total = candidates.reduce(0.0) { $0 + nodes[$1].weight }
          var sum = 0.0
          return candidates.first {
            sum += nodes[$0].weight
            return Double(number) / 4_294_967_296 * total < sum
          }
        }
        var left = nodes.indices.filter { nodes[$0].state == .up }
        let healthy = left.filter { !isSick[$0] }
        var order: [Int] = []
        while let next = pick(left) {
          order.append(next)
          left.removeAll { $0 == next }
        }
        if selector.index(for: key) != order.first
          || selector.preference(for: key) != Preference(order, end: .everyNode)
          || selector.index(for: key, among: HealthMask(isSick.map { !$0 })) != pick(healthy)
        {
          different.append("seed \(seed), \(key) of \(nodes)")
        }
      }
    }
    #expect(different.isEmpty, "\(different.count), such as \(different.first ?? "")")
  }

  /// What the rule gives at both ends of every interval of the key space.
  private static func differencesAtEdges(of selector: VarnishHash, _ nodes: [Node]) -> [String] {
    guard case .intervals(let intervals) = selector.keySpace().form else { return ["no intervals"] }
    let healthy = nodes.indices.filter { nodes[$0].state == .up }
    let total = healthy.reduce(0.0) { $0 + nodes[$1].weight }
    var different: [String] = []
    intervals.forEach { range, owner in
      for number in [range.first, range.last] {
        var sum = 0.0
        let expected = healthy.first {
          sum += nodes[$0].weight
          return Double(number) / 4_294_967_296 * total < sum
        }
        if owner != expected.map({ .node($0) }) { different.append("\(number) of \(nodes)") }
      }
    }
    return different
  }

  /// A sick backend is as good as gone, and moves keys between all others.
  @Test func sickEqualsRemoved() throws {
    var nodes = (1...10).map { Node(address: "10.0.0.\($0):80") }
    let before = try VarnishHash(Cluster(nodes: nodes))
    nodes[3].state = .down
    let sick = try VarnishHash(Cluster(nodes: nodes))
    nodes.remove(at: 3)
    let removed = try VarnishHash(Cluster(nodes: nodes))
    var needless = 0
    var different: [String] = []
    for key in (0..<5000).map({ "key-\($0)" }) {
      let address = sick.index(for: key).map { sick.nodes[$0].address }
      if address != removed.index(for: key).map({ removed.nodes[$0].address }) {
        different.append(key)
      }
      let first = before.index(for: key)
      if first != 3, first != sick.index(for: key) { needless += 1 }
    }
    #expect(different == [])
    #expect(needless > 1000)
  }
}
