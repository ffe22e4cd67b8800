/// Asks a front about many keys and returns its answers in the order of the keys.
///
/// Connections are kept alive and requests are pipelined: a batch goes out on every connection before
/// the first answer is read. nginx answers one request of a connection after the other, so as many
/// requests are under way as there are connections. A batch is so small that its answers fit into the
/// socket's buffers: nginx never waits for us to read while we wait for it to read.
struct HTTPClient: Sendable {
  var front: IPv4Address
  /// How many requests may be under way at once.
  var connections = 32
  /// How many requests a connection sends before it reads the first answer.
  var pipelined = 64
  /// How long to wait for something to arrive.
  var patience = Duration.seconds(10)

  static let bytesInBatch = 32_768

  func ask(_ keys: [[UInt8]], by source: RequestKey) throws -> [Response] {
    try ask(keys.map(source.request))
  }

  /// Sends whole requests.
  func ask(_ requests: [[UInt8]]) throws -> [Response] {
    var lines: [Line] = []
    var answers: [Response] = []
    answers.reserveCapacity(requests.count)
    for _ in 0..<min(connections, requests.count) {
      lines.append(try Line(to: front, patience: patience))
    }
    var next = 0
    while next < requests.count {
      for line in lines {
        var batch: [UInt8] = []
        while next < requests.count, line.expected < pipelined,
          batch.count < Self.bytesInBatch
        {
          batch += requests[next]
          line.expected += 1
          next += 1
        }
        if !batch.isEmpty { try line.socket.send(batch) }
      }
      for line in lines { try line.readExpected(into: &answers) }
    }
    return answers
  }

  /// Asks once from each of the source addresses, which are the keys.
  func ask(from sources: [IPv4Address]) throws -> [Response] {
    let request = RequestKey.none.request(for: [])
    var answers: [Response] = []
    answers.reserveCapacity(sources.count)
    for first in stride(from: 0, to: sources.count, by: connections) {
      let batch = sources[first..<min(first + connections, sources.count)]
      var lines: [Line] = []
      for source in batch {
        let line = try Line(to: front, from: source, patience: patience)
        try line.socket.send(request)
        line.expected = 1
        lines.append(line)
      }
      for line in lines { try line.readExpected(into: &answers) }
    }
    return answers
  }

  /// One connection, with the answers it still owes.
  private final class Line {
    let socket: Socket
    var reader = ResponseReader()
    var expected = 0

    init(to front: IPv4Address, from source: IPv4Address? = nil, patience: Duration) throws {
      socket = try Socket(to: front, from: source, patience: patience)
    }

    func readExpected(into answers: inout [Response]) throws {
      var arrived: [UInt8] = []
      while expected > 0 {
        if let answer = try reader.next() {
          answers.append(answer)
          expected -= 1
          continue
        }
        arrived.removeAll(keepingCapacity: true)
        guard try socket.receive(into: &arrived) else {
          throw SocketError.closedEarly("\(expected) answers are missing")
        }
        reader.append(arrived)
      }
    }
  }
}
