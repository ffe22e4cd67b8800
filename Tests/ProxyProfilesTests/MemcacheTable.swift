import ConsistentHashing
import Foundation
import Testing

/// A table of keys and the servers that a client, a proxy or a database sent them to.
struct MemcacheTable: Decodable, CustomTestStringConvertible, Sendable {
  struct Server: Decodable {
    let name: String?
    let host: String?
    let port: Int?
    let weight: Int
    let alias: String?
    let ejected: Bool?

    /// The server as a cluster document would list it.
    var node: Node {
      let state: Node.State = ejected == true ? .down : .up
      let weight = Double(weight)
      guard let host, let port else {
        return Node(address: name ?? "", weight: weight, state: state)
      }
      let address =
        host.hasPrefix("/")
        ? "unix:\(host)" : host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      return Node(
        id: alias.map { NodeID($0) }, address: address, weight: weight, state: state)
    }

    /// How the table names the server.
    var label: String {
      guard let host, let port else { return name ?? "" }
      return alias ?? (host.hasPrefix("/") ? host : "\(host):\(port)")
    }
  }

  let name: String
  let recordedFrom: String
  let setting: String
  let keys: String
  let servers: [Server]
  let backends: [String]?
  let map: String?
  let values: [Int]?

  var testDescription: String { name }

  static func load(_ fixture: String) throws -> [MemcacheTable] {
    try lines(fixture, "ndjson").map {
      try JSONDecoder().decode(MemcacheTable.self, from: Data($0.utf8))
    }
  }

  /// The lines of a fixture, without the empty one behind the last.
  static func lines(_ fixture: String, _ kind: String) throws -> [String] {
    try contents(fixture, kind).split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static func contents(_ fixture: String, _ kind: String) throws -> [UInt8] {
    guard let url = Bundle.module.url(forResource: "Fixtures/\(fixture)", withExtension: kind)
    else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "\(fixture).\(kind)"])
    }
    return Array(try Data(contentsOf: url))
  }

  /// The cluster that the table was recorded from.
  func cluster() throws -> Cluster { try Cluster(nodes: servers.map(\.node)) }

  func keyBytes() throws -> [[UInt8]] {
    try Self.contents("keys/\(keys)", "txt")
      .split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) }
  }

  /// The recorded server of each key: one base-62 digit each, two where there are more than 62.
  func recorded() -> [String] {
    if let values { return values.map { String($0) } }
    guard let backends, let map else { return [] }
    let width = backends.count > 62 ? 2 : 1
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var values = [Int](repeating: 0, count: 128)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = value }
    let bytes = Array(map.utf8)
    return stride(from: 0, to: bytes.count, by: width).map { start in
      backends[bytes[start..<(start + width)].reduce(0) { $0 * 62 + values[Int($1)] }]
    }
  }

  /// The keys for which a selector, or its key space, names another server than the system did.
  func differences(from selector: any NodeSelector) throws -> [String] {
    let labels = servers.map(\.label)
    let space = selector.keySpace()
    let misplaced = try keyBytes().filter { !selector.agrees(with: space, on: $0.span) }
    return try differences { selector.index(for: $0).map { labels[$0] } }
      + misplaced.map { "the key space misplaces \(String(decoding: $0, as: UTF8.self))" }
  }

  /// The keys for which a function says something else than the system did.
  func differences(from pick: (Span<UInt8>) -> String?) throws -> [String] {
    let keys = try keyBytes()
    let recorded = recorded()
    guard keys.count == recorded.count, !keys.isEmpty else {
      return ["\(keys.count) keys, but \(recorded.count) servers"]
    }
    var different: [String] = []
    for (key, server) in zip(keys, recorded) {
      let picked = pick(key.span) ?? "nothing"
      if picked != server {
        different.append("\(String(decoding: key, as: UTF8.self)): \(server), here \(picked)")
      }
    }
    return different
  }
}

extension NodeSelector {
  /// Whether a key space has a key's hash where the lookup has the key.
  func agrees(with space: KeySpace, on key: Span<UInt8>) -> Bool {
    guard let hash = hash(of: key), let owner = space.owner(ofHash: hash) else {
      if case .shares = space.form { return true }
      return false
    }
    return switch owner {
    case .node(let node): index(for: key) == node
    case .state: (index(for: key) as Int?) == nil
    case .rehashed: true
    }
  }
}

/// Numbers from a seed that a failure prints, so that it can be repeated.
struct TestGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A key of 1 to 40 bytes of any value.
  mutating func key() -> [UInt8] {
    (0..<Int.random(in: 1...40, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }
}
