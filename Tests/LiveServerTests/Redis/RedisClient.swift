/// Speaks to one Redis over one connection, with many requests under way.
struct RedisClient {
  let address: IPv4Address
  private let socket: Socket
  private var reader = RedisReplyReader()

  /// A batch is so small that its answers fit into the socket's buffers.
  static let requestsInBatch = 200

  init(to address: IPv4Address, patience: Duration = .seconds(10)) throws {
    self.address = address
    socket = try Socket(to: address, patience: patience)
  }

  /// The answer to one command.
  mutating func ask(_ words: String...) throws -> RedisReply {
    try ask([words.map { Array($0.utf8) }])[0]
  }

  /// The master that holds each key, by its address: this one, or the one it names.
  mutating func masters(of keys: [[UInt8]]) throws -> [String] {
    try ask(keys.map { [Array("GET".utf8), $0] }).map { reply in
      switch reply {
      case .bytes: return address.description
      case .error(let text):
        let words = text.split(separator: " ")
        // MOVED 3999 127.1.0.2:6381
        return words.count == 3 && words[0] == "MOVED" ? String(words[2]) : text
      default: return "\(reply)"
      }
    }
  }

  private mutating func ask(_ commands: [[[UInt8]]]) throws -> [RedisReply] {
    var replies: [RedisReply] = []
    replies.reserveCapacity(commands.count)
    for first in stride(from: 0, to: commands.count, by: Self.requestsInBatch) {
      let batch = commands[first..<min(first + Self.requestsInBatch, commands.count)]
      try socket.send(batch.flatMap(Self.encode))
      for _ in batch { replies.append(try reply()) }
    }
    return replies
  }

  private mutating func reply() throws -> RedisReply {
    while true {
      if let reply = try reader.next() { return reply }
      var arrived: [UInt8] = []
      guard try socket.receive(into: &arrived) else {
        throw SocketError.closedEarly("an answer of Redis is missing")
      }
      reader.append(arrived)
    }
  }

  private static func encode(_ words: [[UInt8]]) -> [UInt8] {
    Array("*\(words.count)\r\n".utf8)
      + words.flatMap { Array("$\($0.count)\r\n".utf8) + $0 + Array("\r\n".utf8) }
  }
}
