import ConsistentHashing

/// The four rules written out as `docs/hashing.md` says them, with no thought for speed.
///
/// Each gives the whole preference of a hash; the first is the choice. What they share with the
/// library are the hash functions and the logarithm, which have tests of their own.
enum Oracle {
  /// hₜ.
  static func rehash(_ hash: UInt64, _ t: Int) -> UInt64 {
    if t == 0 { return hash }
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
    return XXH3(seed: UInt64(t)).hash(bytes.span)
  }

  // MARK: Ring

  struct Point {
    let value: UInt64
    let id: NodeID
    let j: Int
    let owner: Int
  }

  static func ringPoints(_ nodes: [Node], virtualNodes: Int) -> [Point] {
    var points: [Point] = []
    for (owner, node) in nodes.enumerated() where node.isAvailable {
      let count = max(1, Int((Double(virtualNodes) * node.weight + 0.5).rounded(.down)))
      let seed = XXH3.hash(node.id.text)
      for j in 0..<count {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: j >> (8 * $0)) }
        points.append(
          Point(value: XXH3(seed: seed).hash(bytes.span), id: node.id, j: j, owner: owner))
      }
    }
    return points.sorted { a, b in
      if a.value != b.value { return a.value < b.value }
      if a.id != b.id { return a.id < b.id }
      return a.j < b.j
    }
  }

  static func ring(_ points: [Point], _ hash: UInt64) -> [Int] {
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].value < hash { low = middle + 1 } else { high = middle }
    }
    return distinct((0..<points.count).map { points[(low + $0) % points.count].owner })
  }

  // MARK: Rendezvous

  static func rendezvous(_ nodes: [Node], _ hash: UInt64) -> [Int] {
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
    struct Bid {
      let index: Int
      let node: Node
      let score: UInt64
      let cost: Double
    }
    var left = nodes.indices.filter { nodes[$0].isAvailable }.map { index in
      let score = XXH3(seed: XXH3.hash(nodes[index].id.text)).hash(bytes.span)
      let unit = (Double(score >> 11) + 0.5) * 0x1p-53
      return Bid(
        index: index, node: nodes[index], score: score,
        cost: NegativeLogarithm.value(unit) / nodes[index].weight)
    }
    var order: [Int] = []
    while !left.isEmpty {
      // The next candidate of each weight is the one with the largest score.
      var candidates: [Double: Bid] = [:]
      for bid in left {
        let other = candidates[bid.node.weight]
        if other == nil || (bid.score, other?.node.id ?? "") > (other?.score ?? 0, bid.node.id) {
          candidates[bid.node.weight] = bid
        }
      }
      let best = candidates.values.min { a, b in
        if a.cost != b.cost { return a.cost < b.cost }
        if a.score != b.score { return a.score > b.score }
        return a.node.id < b.node.id
      }
      order.append(best?.index ?? -1)
      left.removeAll { $0.index == best?.index }
    }
    return order
  }

  // MARK: Maglev

  /// The node of each slot, as in the paper: whole permutations, then turns.
  static func maglevTable(_ nodes: [Node], size: Int) -> [Int] {
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    let permutations = members.map { index in
      let offset = Int(XXH3.hash(nodes[index].id.text, seed: 0) % UInt64(size))
      let skip = Int(XXH3.hash(nodes[index].id.text, seed: 1) % UInt64(size - 1)) + 1
      return (0..<size).map { (offset + $0 * skip) % size }
    }
    let sum = members.reduce(0.0) { $0 + nodes[$1].weight }
    let weights = members.map { nodes[$0].weight / sum }
    let largest = weights.max() ?? 0
    var targets = [Double](repeating: 0, count: members.count)
    var next = [Int](repeating: 0, count: members.count)
    var entries = [Int](repeating: -1, count: size)
    var turn = 0.0
    while true {
      turn += 1
      for i in members.indices where turn * weights[i] >= targets[i] {
        targets[i] += largest
        while entries[permutations[i][next[i]]] >= 0 { next[i] += 1 }
        entries[permutations[i][next[i]]] = members[i]
        if !entries.contains(-1) { return entries }
      }
    }
  }

  static func maglev(_ nodes: [Node], _ table: [Int], _ hash: UInt64) -> [Int] {
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    var met: [Int] = []
    var isMet: Set<Int> = []
    var misses = 0
    var t = 0
    while met.count < members.count, misses < 64 {
      let slot = rehash(hash, t).multipliedFullWidth(by: UInt64(table.count)).high
      let node = table[Int(slot)]
      t += 1
      misses = isMet.insert(node).inserted ? 0 : misses + 1
      if misses == 0 { met.append(node) }
    }
    let last = members.firstIndex { $0 == met.last } ?? 0
    met += members[(last + 1)...] + members[..<last]
    return distinct(met).filter { nodes[$0].isAvailable }
  }

  // MARK: Jump

  /// Lamping and Veach's listing, word for word.
  static func jump(_ key: UInt64, _ buckets: Int) -> Int {
    var key = key
    var b: Int64 = -1
    var j: Int64 = 0
    while j < buckets {
      b = j
      key = key &* 2_862_933_555_777_941_757 &+ 1
      j = Int64(Double(b + 1) * (Double(Int64(1) << 31) / Double((key >> 33) + 1)))
    }
    return Int(b)
  }

  /// The owner of each slot, -1 where nobody owns it.
  static func slots(_ nodes: [Node], given: [[Int]]? = nil, count: Int? = nil) -> [Int] {
    var slots: [Int: Int] = [:]
    if let given {
      for (index, given) in given.enumerated() {
        for slot in given { slots[slot] = index }
      }
    } else {
      for index in nodes.indices { slots[index] = index }
      var next = nodes.count
      for (index, node) in nodes.enumerated() {
        for _ in 1..<max(2, Int(node.weight)) where node.weight > 1 {
          slots[next] = index
          next += 1
        }
      }
    }
    return (0..<(count ?? (slots.keys.max() ?? 0) + 1)).map { slots[$0] ?? -1 }
  }

  static func jump(_ nodes: [Node], _ slots: [Int], _ hash: UInt64) -> [Int] {
    var met: [Int] = []
    var isMet: Set<Int> = []
    var misses = 0
    var t = 0
    while met.count < slots.count, misses < 64 {
      let slot = jump(rehash(hash, t), slots.count)
      t += 1
      misses = isMet.insert(slot).inserted ? 0 : misses + 1
      if misses == 0 { met.append(slot) }
    }
    let last = met.last ?? 0
    met += Array(last + 1..<max(last + 1, slots.count)) + Array(0..<last)
    return distinct(met.map { slots[$0] }.filter { $0 >= 0 && nodes[$0].isAvailable })
  }

  private static func distinct(_ indices: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return indices.filter { seen.insert($0).inserted }
  }
}
