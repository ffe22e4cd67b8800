import ConsistentHashing
import ProxyProfiles

/// One thing that is counted: builds what it needs, then does it a number of times.
struct Case {
  let name: String

  /// Builds what is needed and returns a closure that runs a number of lookups and adds their answers.
  let prepare: () throws -> (Int) -> Int

  /// The number of nodes of a large service.
  private static let nodeCount = 100

  private static let nodes = (0..<nodeCount).map { Node(address: "10.0.0.\($0):8080") }

  /// Eight weights, as weighted rendezvous is meant for few.
  private static let weightedNodes = (0..<nodeCount).map {
    Node(address: "10.0.0.\($0):8080", weight: Double($0 % 8 + 1))
  }

  /// 64 keys of 16 bytes, end to end.
  private static let keyCount = 64
  private static let keyBytes: [UInt8] = {
    var state: UInt64 = 1
    return (0..<(keyCount * 16)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(ascii: "a") + UInt8(truncatingIfNeeded: state >> 33) % 26
    }
  }()
  private static let texts = (0..<keyCount).map {
    String(decoding: keyBytes[(16 * $0)..<(16 * $0 + 16)], as: UTF8.self)
  }
  private static let ends = (1...keyCount).map { 16 * $0 }

  /// All cases: the native algorithms as a caller uses them, then every rule as `any NodeSelector`.
  static func all() throws -> [Case] {
    let cluster = try Cluster(nodes: nodes)
    let native = [
      hashed("maglev", { try MaglevTable(cluster) }),
      hashed("ring", { try KetamaRing(cluster) }),
      hashed("jump", { try JumpHash(cluster) }),
      hashed("rendezvous", { try RendezvousHash(cluster) }),
      hashed("rendezvous of 8 weights", { try RendezvousHash(nodes: weightedNodes) }),
      text("maglev of a String", { try MaglevTable(cluster) }),
      batch("maglev in batches", { try MaglevTable(cluster) }),
      batch("ring in batches", { try KetamaRing(cluster) }),
      batch("jump in batches", { try JumpHash(cluster) }),
      batch("rendezvous in batches", { try RendezvousHash(cluster) }),
      among("maglev, a tenth down", { try MaglevTable(cluster) }),
      among("ring, a tenth down", { try KetamaRing(cluster) }),
      among("jump, a tenth down", { try JumpHash(cluster) }),
      among("rendezvous, a tenth down", { try RendezvousHash(cluster) }),
      among("rendezvous of 8 weights, a tenth down", { try RendezvousHash(nodes: weightedNodes) }),
      preference("maglev, preference of 3", { try MaglevTable(cluster) }),
      preference("ring, preference of 3", { try KetamaRing(cluster) }),
      preference("jump, preference of 3", { try JumpHash(cluster) }),
      preference("rendezvous, preference of 3", { try RendezvousHash(cluster) }),
      preference(
        "rendezvous of 8 weights, preference of 3", { try RendezvousHash(nodes: weightedNodes) }),
    ]
    return native
      + RuleCatalogue.all.map { rule in
        any(rule.name, { try rule.selector(for: cluster) })
      }
  }

  private static func hashed(
    _ name: String, _ make: @escaping () throws -> some HashedSelector
  ) -> Case {
    Case(name: name) {
      let selector = try make()
      return { count in
        let keys = keyBytes.span
        var sum = 0
        for number in 0..<count {
          let start = number % keyCount * 16
          sum &+= selector.index(for: keys.extracting(start..<(start + 16)))
        }
        return sum
      }
    }
  }

  private static func text(
    _ name: String, _ make: @escaping () throws -> some HashedSelector
  ) -> Case {
    Case(name: name) {
      let selector = try make()
      return { count in
        var sum = 0
        for number in 0..<count { sum &+= selector.index(for: texts[number % keyCount]) }
        return sum
      }
    }
  }

  private static func batch(
    _ name: String, _ make: @escaping () throws -> some HashedSelector
  ) -> Case {
    Case(name: name) {
      let selector = try make()
      return { count in
        var indices = [Int32](repeating: 0, count: keyCount)
        var sum = 0
        for _ in 0..<(count / keyCount) {
          var places = indices.mutableSpan
          try? selector.indices(forKeys: keyBytes.span, ends: ends.span, into: &places)
          sum &+= Int(places[0])
        }
        return sum
      }
    }
  }

  /// Lookups among the nodes that are up, by hashes that a caller has.
  private static func among(
    _ name: String, _ make: @escaping () throws -> some HashedSelector
  ) -> Case {
    Case(name: name) {
      let selector = try make()
      let hashes = hashes(under: selector)
      let up = HealthMask((0..<nodeCount).map { $0 % 10 != 3 })
      return { count in
        var sum = 0
        for number in 0..<count {
          sum &+= selector.index(forHash: hashes[number % keyCount], among: up) ?? -1
        }
        return sum
      }
    }
  }

  /// The first three nodes of preferences, into a buffer.
  private static func preference(
    _ name: String, _ make: @escaping () throws -> some HashedSelector
  ) -> Case {
    Case(name: name) {
      let selector = try make()
      let hashes = hashes(under: selector)
      return { count in
        var found = [Int32](repeating: 0, count: 3)
        var sum = 0
        for number in 0..<count {
          var places = found.mutableSpan
          sum &+= selector.preference(forHash: hashes[number % keyCount], into: &places)
          sum &+= Int(places[2])
        }
        return sum
      }
    }
  }

  private static func hashes(under selector: some HashedSelector) -> [UInt64] {
    (0..<keyCount).map { selector.hash(of: keyBytes.span.extracting((16 * $0)..<(16 * $0 + 16))) }
  }

  private static func any(
    _ name: String, _ make: @escaping () throws -> any NodeSelector
  ) -> Case {
    Case(name: "rule \(name)") {
      let selector = try make()
      return { count in
        let keys = keyBytes.span
        var sum = 0
        for number in 0..<count {
          let start = number % keyCount * 16
          sum &+= selector.index(for: keys.extracting(start..<(start + 16))) ?? -1
        }
        return sum
      }
    }
  }
}
