import Benchmark
import ConsistentHashing
import ProxyProfiles

/// The library's own figures: a lookup by a key of 16 bytes and a construction, for 10 to 1000 nodes.
///
/// Allocations are not among the metrics: without the interposer that this package leaves out they
/// read 0. Tests count them.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput], maxDuration: .milliseconds(300))

  measure("maglev") { try MaglevTable($0) }
  measure("ketama") { try KetamaRing($0) }
  measure("jump") { try JumpHash($0) }
  measure("rendezvous") { try RendezvousHash($0) }
  measure("nginx") { try NginxConsistentHash($0) }
  measure("haproxy-consistent") { try HAProxyConsistentHash($0) }
  measure("envoy-maglev") { try EnvoyMaglev($0) }
  measure("libmemcached-ketama") {
    try LibmemcachedRing($0, points: .plain, keyHash: .standard)
  }
  measure("guava-consistent") { try GuavaConsistentHash($0) }
}

/// Registers lookups and constructions of one rule.
private func measure<Selector: NodeSelector>(
  _ name: String, _ build: @escaping @Sendable (Cluster) throws -> Selector
) {
  for count in [10, 100, 1000] {
    Benchmark(
      "lookup \(name) \(count)", configuration: .init(scalingFactor: .kilo),
      closure: { benchmark, selector in
        let bytes = keys.span
        // Other keys each time, or branch prediction learns all branches of a thousand.
        let first = benchmark.currentIteration &* benchmark.scaledIterations.count
        for number in benchmark.scaledIterations {
          let start = ((first &+ number) & (keyCount - 1)) &* keyLength
          blackHole(selector.index(for: bytes.extracting(start..<(start + keyLength))))
        }
      },
      setup: { try build(cluster(count)) })

    Benchmark(
      "construct \(name) \(count)",
      closure: { benchmark, cluster in
        for _ in benchmark.scaledIterations {
          do {
            blackHole(try build(cluster))
          } catch {
            benchmark.error("\(error)")
          }
        }
      },
      setup: { try cluster(count) })
  }
}

private func cluster(_ count: Int) throws -> Cluster {
  try Cluster(
    nodes: (0..<count).map { Node(address: "10.0.\($0 >> 8).\($0 & 255):8080") })
}

private let keyCount = 1 << 16
private let keyLength = 16

/// Keys laid end to end.
private let keys: [UInt8] = {
  var state: UInt64 = 1
  return (0..<(keyCount * keyLength)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 33)
  }
}()
