import ConsistentHashing
import ProxyProfiles

/// HAProxy's rules written for reading: byte by byte, a sorted array, a linear search.
struct TextbookHAProxy {
  /// The nodes of the ring in order.
  let ring: [(place: UInt32, server: Int)]

  /// A ring on ids.
  init(servers: [(position: Int, id: Int, weight: Int)]) {
    ring = servers.flatMap { server in
      (0..<(16 * server.weight)).map {
        (
          Self.avalanche(UInt32(truncatingIfNeeded: server.id) &* 4096 &+ UInt32($0)),
          server.position
        )
      }
    }
    .enumerated()
    .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
    .map { (place: $0.element.0, server: $0.element.1) }
  }

  /// The position on the ring of the node that takes a hash.
  func nearest(_ hash: UInt32) -> Int {
    let next = ring.firstIndex { $0.place >= hash } ?? 0
    let previous = next == 0 ? ring.count - 1 : next - 1
    return hash &- ring[previous].place <= ring[next].place &- hash ? previous : next
  }

  /// The server that takes a hash and the one that is tried when it refuses.
  func order(_ hash: UInt32) -> [Int] {
    let first = nearest(hash)
    let other = (0..<ring.count).lazy.map { ring[(first + $0) % ring.count].server }
      .first { $0 != ring[first].server }
    return [ring[first].server] + (other.map { [$0] } ?? [])
  }

  static func avalanche(_ value: UInt32) -> UInt32 {
    var a = value
    a = a &+ 0x7ed5_5d16 &+ (a << 12)
    a = a ^ 0xc761_c23c ^ (a >> 19)
    a = a &+ 0x1656_67b1 &+ (a << 5)
    a = (a &+ 0xd3a2_646c) ^ (a << 9)
    a = a &+ 0xfd70_46c5 &+ (a << 3)
    a = a ^ 0xb55a_4f09 ^ (a >> 16)
    return a &* 3_221_225_473
  }

  static func hash(_ function: HAProxyKeyHash.Function, _ bytes: [UInt8]) -> UInt32 {
    switch function {
    case .sdbm:
      bytes.reduce(0) { UInt32($1) &+ ($0 << 6) &+ ($0 << 16) &- $0 }
    case .djb2:
      bytes.reduce(5381) { ($0 << 5) &+ $0 &+ UInt32($1) }
    case .crc32:
      ~bytes.reduce(0xFFFF_FFFF) { state, byte in
        (0..<8).reduce(state ^ UInt32(byte)) { state, _ in
          state & 1 == 1 ? (state >> 1) ^ 0xEDB8_8320 : state >> 1
        }
      }
    case .wt6:
      wt6(bytes)
    case .none:
      UInt32(String(decoding: bytes, as: UTF8.self)) ?? 0
    }
  }

  private static func wt6(_ bytes: [UInt8]) -> UInt32 {
    func rotate(_ value: UInt32, _ distance: UInt32) -> UInt32 {
      distance == 0 ? value : value << distance | value >> (32 - distance)
    }
    var (h0, h1) = (0xa53c_965a as UInt32, 0x5ca6_953a as UInt32)
    var (s0, s1) = (6 as UInt32, 18 as UInt32)
    for byte in bytes {
      h0 = ~(h0 ^ UInt32(byte))
      h1 = ~(h1 &+ UInt32(byte))
      let turned = rotate(h1, s0)
      h1 = rotate(h0, s1)
      h0 = turned
      let mixed = ((h0 >> 16) ^ h1) & 0xffff
      s0 = mixed & 31
      s1 = mixed >> 11
    }
    return h0 ^ h1
  }

  /// The table of map-based hashing, with C's integer division.
  static func table(weights: [Int], size: Int) -> [Int] {
    if size == 1 { return [0] }
    var scores = weights.map { _ in 0 }
    return (0..<size).map { _ in
      for i in scores.indices { scores[i] += weights[i] }
      let values = scores.map { ($0 + size) / size }
      let best = values.firstIndex(of: values.max() ?? 0) ?? 0
      scores[best] -= size
      return best
    }
  }
}
