/// An answer of Redis.
enum RedisReply: Hashable, Sendable {
  case status(String)
  case error(String)
  case number(Int)
  /// Bytes; nil for a key that is not stored.
  case bytes([UInt8]?)
  case list([RedisReply])

  /// The text of an answer that is one.
  var text: String? {
    guard case .bytes(let bytes?) = self else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Takes answers out of bytes that arrive in any pieces.
struct RedisReplyReader {
  struct Malformed: Error, CustomStringConvertible {
    let line: String
    var description: String { "Redis answers '\(line)'" }
  }

  private var bytes: [UInt8] = []
  private var start = 0

  mutating func append(_ more: [UInt8]) {
    bytes.removeFirst(start)
    start = 0
    bytes += more
  }

  /// The next answer; nil if it has not arrived as a whole.
  mutating func next() throws(Malformed) -> RedisReply? {
    var place = start
    let reply = try reply(at: &place)
    if reply != nil { start = place }
    return reply
  }

  private func reply(at place: inout Int) throws(Malformed) -> RedisReply? {
    guard let end = bytes[place...].firstIndex(of: 0x0A), end > place else { return nil }
    let line = String(decoding: bytes[place..<end - 1], as: UTF8.self)
    place = end + 1
    let value = String(line.dropFirst())
    switch (line.first, Int(value)) {
    case ("+", _): return .status(value)
    case ("-", _): return .error(value)
    case (":", let number?): return .number(number)
    case ("$", let count?) where count < 0: return .bytes(nil)
    case ("$", let count?):
      guard bytes.count >= place + count + 2 else { return nil }
      let body = Array(bytes[place..<place + count])
      place += count + 2
      return .bytes(body)
    case ("*", let count?):
      var list: [RedisReply] = []
      while list.count < count {
        guard let item = try reply(at: &place) else { return nil }
        list.append(item)
      }
      return .list(list)
    default: throw Malformed(line: line)
    }
  }
}
