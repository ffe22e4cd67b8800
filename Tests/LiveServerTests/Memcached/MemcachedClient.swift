/// Speaks memcached's text protocol over one connection, with many requests under way.
///
/// A batch is so small that its answers fit into the socket's buffers, so neither side waits for the
/// other to read.
struct MemcachedClient {
  private let socket: Socket
  private var arrived: [UInt8] = []
  private var start = 0

  static let requestsInBatch = 500

  init(to address: MemcachedAddress) throws {
    socket = try address.connect()
  }

  /// Stores empty values; the answers are `STORED`, or an error.
  mutating func store(_ keys: [[UInt8]]) throws -> [String] {
    try ask(keys.map { Array("set ".utf8) + $0 + Array(" 0 0 0\r\n\r\n".utf8) })
  }

  /// Asks for keys that are not stored; the answers are `END`, or an error.
  mutating func find(_ keys: [[UInt8]]) throws -> [String] {
    try ask(keys.map { Array("get ".utf8) + $0 + Array("\r\n".utf8) })
  }

  /// The process identifier of a memcached.
  mutating func processIdentifier() throws -> Int32? {
    try socket.send(Array("stats\r\n".utf8))
    let words = try line().split(separator: " ")
    return words.starts(with: ["STAT", "pid"]) ? words.last.flatMap { Int32($0) } : nil
  }

  /// Every key that a memcached holds.
  mutating func storedKeys() throws -> [[UInt8]] {
    try socket.send(Array("lru_crawler metadump all\r\n".utf8))
    var keys: [[UInt8]] = []
    while true {
      // key=NAME exp=-1 la=... with everything but letters, digits and -._~ as %XX.
      let line = try line()
      if line == "END" { return keys }
      guard let end = line.utf8.firstIndex(of: UInt8(ascii: " ")), line.hasPrefix("key=") else {
        throw SocketError.closedEarly("memcached answers '\(line)'")
      }
      keys.append(Self.decode(line[..<end].utf8.dropFirst(4)))
    }
  }

  /// Sends requests that are answered by one line each.
  private mutating func ask(_ requests: [[UInt8]]) throws -> [String] {
    var answers: [String] = []
    answers.reserveCapacity(requests.count)
    for first in stride(from: 0, to: requests.count, by: Self.requestsInBatch) {
      let batch = requests[first..<min(first + Self.requestsInBatch, requests.count)]
      try socket.send(Array(batch.joined()))
      for _ in batch { answers.append(try line()) }
    }
    return answers
  }

  private mutating func line() throws -> String {
    var scanned = start
    while true {
      if let end = arrived[scanned...].firstIndex(of: 0x0A) {
        var text = arrived[start..<end]
        if text.last == 0x0D { text.removeLast() }
        start = end + 1
        return String(decoding: text, as: UTF8.self)
      }
      arrived.removeSubrange(..<start)
      start = 0
      scanned = arrived.count
      guard try socket.receive(into: &arrived) else {
        throw SocketError.closedEarly("an answer is missing")
      }
    }
  }

  private static func decode(_ text: Substring.UTF8View.SubSequence) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
        rest = rest.dropFirst(2)
        bytes.append(value)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }
}
