import ConsistentHashing
import Foundation
import Testing
import ProxyProfiles

/// A table of keys and the servers that a real system sent them to.
struct RecordedTable: Decodable, CustomTestStringConvertible {
  struct Server: Decodable {
    let text: String
    let weight: Int
    let down: Bool
    let refuses: Bool
  }

  let name: String
  let recordedFrom: String
  let keys: String
  let binaryAddresses: Bool
  let servers: [Server]
  let backends: [String]
  let map: String

  var testDescription: String { name }

  static func load(_ fixture: String) throws -> [RecordedTable] {
    let text = try String(contentsOf: try url(fixture, "ndjson"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try JSONDecoder().decode(RecordedTable.self, from: Data($0.utf8))
    }
  }

  /// The cluster that the table was recorded from, one node for each line.
  func cluster() throws -> Cluster {
    try Cluster(
      nodes: servers.enumerated().map { line, server in
        Node(
          id: NodeID("line \(line)"), address: server.text, weight: Double(server.weight),
          state: server.down ? .down : .up)
      }, allowsRepeatedAddresses: true)
  }

  /// Which servers answered.
  var answering: HealthMask { HealthMask(servers.map { !$0.refuses }) }

  private static func url(_ name: String, _ kind: String) throws -> URL {
    guard let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: kind) else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "\(name).\(kind)"])
    }
    return url
  }

  /// The keys as the server hashed them.
  func keyBytes() throws -> [[UInt8]] {
    let data = try Data(contentsOf: Self.url("keys/\(keys)", "txt"))
    return try data.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map {
      line in
      binaryAddresses ? try Self.binaryAddress(String(decoding: line, as: UTF8.self)) : Array(line)
    }
  }

  private static func binaryAddress(_ text: String) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    if unsafe inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
    throw CocoaError(.formatting, userInfo: [NSDebugDescriptionErrorKey: text])
  }

  /// The recorded server of each key: one base-62 digit each, two where there are more than 62.
  func recordedServers() -> [String] {
    let width = backends.count > 62 ? 2 : 1
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var values = [Int](repeating: 0, count: 128)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = value }
    let map = Array(map.utf8)
    return stride(from: 0, to: map.count, by: width).map { start in
      backends[map[start..<(start + width)].reduce(0) { $0 * 62 + values[Int($1)] }]
    }
  }
}
