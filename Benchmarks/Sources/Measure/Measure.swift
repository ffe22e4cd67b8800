import ConsistentHashing
import ProxyProfiles

/// Prints lookup and construction times, all measured in turns in one run.
@main enum Measure {
  static func main() {
    do {
      try lookups()
      try constructions()
    } catch {
      print("measure: \(error)")
    }
  }

  private static func nodes(_ count: Int) -> [Node] {
    (0..<count).map { Node(address: "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255):8080") }
  }

  /// 65 536 keys of 16 bytes, one behind the other, as a router finds them in its buffers.
  private static let keyCount = 1 << 16
  private static let keyBytes: [UInt8] = {
    var state: UInt64 = 1
    return (0..<(keyCount * 16)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
  }()

  /// Loops are written out for each measured thing, generic and specialised, so that what is measured
  /// is what a caller's own loop would do, without a call through a closure for each key.
  @inline(__always)
  private static func forEachKey(_ body: (Span<UInt8>) -> Int) -> UInt64 {
    let keys = keyBytes.span
    var sum = 0
    for number in 0..<keyCount {
      sum &+= body(keys.extracting(number &* 16..<number &* 16 &+ 16))
    }
    return UInt64(truncatingIfNeeded: sum)
  }

  private static func addWithHash<Selector: HashedSelector>(
    _ name: String, _ selector: Selector, to watch: inout Stopwatch
  ) {
    watch.add("\(name), with hash", operations: keyCount) {
      forEachKey { selector.index(for: $0) }
    }
  }

  private static func addAfterHash<Selector: HashedSelector>(
    _ name: String, _ selector: Selector, _ hashes: [UInt64], to watch: inout Stopwatch
  ) {
    watch.add("\(name), after hash", operations: keyCount) {
      var sum = 0
      for hash in hashes { sum &+= selector.index(forHash: hash) }
      return UInt64(truncatingIfNeeded: sum)
    }
  }

  private static func lookups() throws {
    var watch = Stopwatch()
    let xxh3 = XXH3()
    var hashes: [UInt64] = []
    _ = forEachKey { key in
      hashes.append(xxh3.hash(key))
      return 0
    }
    watch.add("XXH3 of 16 bytes", operations: keyCount) {
      forEachKey { Int(truncatingIfNeeded: xxh3.hash($0)) }
    }
    for count in [10, 100, 1000] {
      let nodes = nodes(count)
      let maglev = try MaglevTable(nodes: nodes)
      addWithHash("maglev, \(count) nodes", maglev, to: &watch)
      addAfterHash("maglev, \(count) nodes", maglev, hashes, to: &watch)
      addAfterHash("ring, \(count) nodes", try KetamaRing(nodes: nodes), hashes, to: &watch)
      addAfterHash("jump, \(count) nodes", try JumpHash(nodes: nodes), hashes, to: &watch)
      addAfterHash(
        "rendezvous, \(count) nodes", try RendezvousHash(nodes: nodes), hashes, to: &watch)
      let nginx = try NginxConsistentHash(Cluster(nodes: nodes))
      watch.add("nginx, \(count) servers, with hash", operations: keyCount) {
        forEachKey { nginx.choice(for: $0) ?? 0 }
      }
      let haproxy = try HAProxyConsistentHash(Cluster(nodes: nodes))
      watch.add("haproxy ring, \(count) servers, with hash", operations: keyCount) {
        forEachKey { haproxy.choice(for: $0) ?? 0 }
      }
      let table = try HAProxyMapHash(Cluster(nodes: nodes))
      watch.add("haproxy table, \(count) servers, with hash", operations: keyCount) {
        forEachKey { table.choice(for: $0) ?? 0 }
      }
    }
    watch.run(rounds: 15)
    report(watch, unit: "ns", scale: 1)
    let hash = watch.median("XXH3 of 16 bytes")
    for count in [10, 100, 1000] {
      let ratio = watch.median("maglev, \(count) nodes, with hash") / hash
      print("maglev, \(count) nodes / hash alone: \(rounded(ratio))")
    }
  }

  private static func constructions() throws {
    var watch = Stopwatch()
    let thousand = try Cluster(nodes: nodes(1000))
    watch.add("build maglev 65537 × 1000", operations: 1) {
      UInt64((try? MaglevTable(thousand))?.tableSize ?? 0)
    }
    watch.add("build maglev 655373 × 1000", operations: 1) {
      UInt64((try? MaglevTable(thousand, tableSize: 655_373))?.tableSize ?? 0)
    }
    watch.add("build ring 1000 × 160", operations: 1) {
      UInt64((try? KetamaRing(thousand))?.pointCount ?? 0)
    }
    watch.add("build nginx 1000 × 160", operations: 1) {
      UInt64((try? NginxConsistentHash(thousand))?.servers.count ?? 0)
    }
    watch.run(rounds: 9)
    report(watch, unit: "ms", scale: 1e6)
  }

  private static func report(_ watch: Stopwatch, unit: String, scale: Double) {
    for entry in watch.entries {
      print(
        "\(entry.name): median \(rounded(entry.median / scale)) \(unit), "
          + "minimum \(rounded(entry.minimum / scale)) \(unit)")
    }
  }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
