import ConsistentHashing
import Foundation
import Testing

/// The parts that all fixtures of recorded answers share.
enum RecordedAnswers {
  /// The lines of a fixture, one JSON object each.
  static func load<Table: Decodable>(_ fixture: String) throws -> [Table] {
    let data = try contents("\(fixture).ndjson")
    return try data.split(separator: 0x0A).map { try JSONDecoder().decode(Table.self, from: $0) }
  }

  /// A list of keys, one a line.
  static func keys(_ name: String) throws -> [[UInt8]] {
    try contents("keys/\(name).txt").split(separator: 0x0A, omittingEmptySubsequences: false)
      .dropLast().map(Array.init)
  }

  /// The recorded answer to each key: one base-62 digit each, two where there are more than 62.
  static func decode(_ map: String, _ names: [String]) -> [String] {
    let width = names.count > 62 ? 2 : 1
    let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var values = [Int](repeating: 0, count: 128)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = value }
    let map = Array(map.utf8)
    return stride(from: 0, to: map.count, by: width).map { start in
      names[map[start..<(start + width)].reduce(0) { $0 * 62 + values[Int($1)] }]
    }
  }

  /// Expects the same answer to each key.
  static func expectSame(
    _ keys: [[UInt8]], _ recorded: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ pick: ([UInt8]) -> String
  ) {
    #expect(keys.count == recorded.count && !keys.isEmpty, sourceLocation: sourceLocation)
    var different: [String] = []
    for (key, answer) in zip(keys, recorded) {
      let picked = pick(key)
      if picked != answer {
        different.append(
          "\(String(decoding: key, as: UTF8.self)): recorded \(answer), here \(picked)")
      }
    }
    #expect(
      different.isEmpty, "\(different.count) of \(keys.count), such as \(different.prefix(3))",
      sourceLocation: sourceLocation)
  }

  private static func contents(_ path: String) throws -> Data {
    guard let folder = Bundle.module.resourceURL else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: path])
    }
    return try Data(contentsOf: folder.appendingPathComponent("Fixtures/\(path)"))
  }
}

/// A small seeded generator (SplitMix64), for clusters that a failure can be repeated with.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// CRC-32 of IEEE 802.3, bit by bit.
func textbookCRC32(_ bytes: [UInt8]) -> UInt32 {
  var state: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    state ^= UInt32(byte)
    for _ in 0..<8 { state = state & 1 == 1 ? (state >> 1) ^ 0xEDB8_8320 : state >> 1 }
  }
  return ~state
}
