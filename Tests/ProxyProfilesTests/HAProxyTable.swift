import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

/// Keys and the servers that HAProxy 2.6.12 sent them to.
struct HAProxyTable: Decodable, CustomTestStringConvertible {
  struct Server: Decodable {
    let name: String
    let address: String
    let id: Int?
    let weight: Int?
    let disabled: Bool?
    let backup: Bool?
    let refuse: Bool?
  }

  let name: String
  let directive: String
  let keys: String
  let servers: [Server]
  let backends: [String]
  let map: String

  var testDescription: String { name }

  static func load() throws -> [HAProxyTable] {
    let text = try String(contentsOf: try url("haproxy.ndjson"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(HAProxyTable.self, from: Data($0.utf8))
    }
  }

  private static func url(_ name: String) throws -> URL {
    try #require(
      Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
  }

  /// The profile that the recorded directive describes.
  func selector() throws -> any NodeSelector {
    let words = directive.split(separator: ";").map { part in
      part.split(separator: " ").map(String.init)
    }
    let balance: HAProxyBalance =
      switch words[0][1] {
      case "source": .source
      case "url_param": .urlParameter
      default: .header
      }
    let hashType = try #require(words.first { $0[0] == "hash-type" })
    let isConsistent = hashType[1] == "consistent"
    let function = try hashType.count > 2 ? #require(Function(rawValue: hashType[2])) : .sdbm
    let keyHash = HAProxyKeyHash(
      function: function,
      isAvalanche: hashType.count > 2 ? hashType.last == "avalanche" : isConsistent,
      balance: balance)
    let cluster = try Cluster(
      nodes: servers.map {
        .server(
          $0.name, $0.address, id: $0.id, weight: $0.weight ?? 1, isDisabled: $0.disabled ?? false,
          isBackup: $0.backup ?? false)
      }, allowsRepeatedAddresses: true)
    return isConsistent
      ? try HAProxyConsistentHash(cluster, keyHash: keyHash)
      : try HAProxyMapHash(cluster, keyHash: keyHash)
  }

  private typealias Function = HAProxyKeyHash.Function

  /// Which servers answered.
  var answering: HealthMask { HealthMask(servers.map { !($0.refuse ?? false) }) }

  func keyBytes() throws -> [[UInt8]] {
    try Data(contentsOf: Self.url("keys/\(keys).txt"))
      .split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map(Array.init)
  }

  /// The recorded server of each key: one base-62 digit, two where there are more than 62 servers.
  func recordedServers() -> [String] {
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    let values = Dictionary(uniqueKeysWithValues: zip(digits, digits.indices))
    let width = backends.count > 62 ? 2 : 1
    let map = Array(map.utf8)
    return stride(from: 0, to: map.count, by: width).map { start in
      backends[map[start..<(start + width)].reduce(0) { $0 * 62 + (values[$1] ?? 0) }]
    }
  }
}

extension Node {
  /// The `server` line of an HAProxy backend.
  static func server(
    _ name: String, _ address: String, id: Int? = nil, weight: Int = 1, guid: String? = nil,
    isDisabled: Bool = false, isBackup: Bool = false
  ) -> Node {
    var properties: [String: String] = [:]
    properties["haproxy-id"] = id.map { "\($0)" }
    properties["guid"] = guid
    properties["backup"] = isBackup ? "true" : nil
    return Node(
      id: NodeID(name), address: address, weight: Double(weight), state: isDisabled ? .down : .up,
      properties: properties)
  }
}

@Suite struct HAProxyRecordedTests {
  /// Every hash function with and without avalanche, 3 to 100 servers, weights to 256, ids given and
  /// counted, servers disabled, of weight 0, backup, refusing with redispatch, keys on, beside and
  /// half way between nodes, keys of bytes above 0x7F, addresses of clients.
  @Test(arguments: try HAProxyTable.load())
  func sendsKeysWhereHAProxyDid(table: HAProxyTable) throws {
    let selector = try table.selector()
    let keys = try table.keyBytes()
    let recorded = table.recordedServers()
    let up = table.answering
    #expect(keys.count == recorded.count && keys.count >= 298)
    var different: [String] = []
    for (key, server) in zip(keys, recorded) {
      let index = selector.index(for: key, among: up)
      let picked = index.map { table.servers[$0].name } ?? "none"
      if picked != server {
        different.append(
          "\(String(decoding: key, as: UTF8.self)): HAProxy \(server), here \(picked)")
      }
    }
    #expect(
      different.isEmpty, "\(different.count) of \(keys.count), such as \(different.prefix(3))")
  }

  @Test func thereAreAllTables() throws {
    #expect(try HAProxyTable.load().count == 46)
  }
}
