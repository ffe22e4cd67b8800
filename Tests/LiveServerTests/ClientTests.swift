import Testing

/// The parts of the client that need no server.
@Suite struct Client {
  static let answer = """
    HTTP/1.1 200 OK\r\nServer: nginx\r\ncontent-LENGTH:  5 \r\nX-Tried: 127.1.0.1:80, unix:/a\r\n\
    \r\nhello
    """
  static let expected = Response(status: 200, tried: ["127.1.0.1:80", "unix:/a"], body: "hello")

  @Test func answersAreReadWhereverTheyAreCut() throws {
    let bytes = Array((Self.answer + Self.answer).utf8)
    for cut in 0...bytes.count {
      var reader = ResponseReader()
      var answers: [Response] = []
      for piece in [bytes[..<cut], bytes[cut...]] {
        reader.append(Array(piece))
        while let answer = try reader.next() { answers.append(answer) }
      }
      #expect(answers == [Self.expected, Self.expected], "cut at \(cut)")
      #expect(reader.isEmpty)
    }
  }

  @Test func answersAreReadByteByByteThroughALongConnection() throws {
    var reader = ResponseReader()
    var count = 0
    for _ in 0..<1_000 {
      for byte in Self.answer.utf8 {
        reader.append([byte])
        while let answer = try reader.next() {
          #expect(answer == Self.expected)
          count += 1
        }
      }
    }
    #expect(count == 1_000)
    #expect(reader.isEmpty)
  }

  @Test(arguments: [
    ("SSH-2.0-x\r\n\r\n", ResponseReader.Malformed.statusLine("SSH-2.0-x")),
    ("HTTP/1.1 2x0 OK\r\n\r\n", .statusLine("HTTP/1.1 2x0 OK")),
    ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", .noLength),
    ("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", .header("nonsense")),
    ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .header("Content-Length: -1")),
  ])
  func anythingElseIsAnError(text: String, error: ResponseReader.Malformed) {
    var reader = ResponseReader()
    reader.append(Array(text.utf8))
    #expect(throws: error) { try reader.next() }
  }

  @Test func aHeadThatNeverEndsIsAnError() {
    var reader = ResponseReader()
    reader.append(Array(repeating: 0x78, count: 70_000))
    #expect(throws: ResponseReader.Malformed.headTooLong) { try reader.next() }
  }

  @Test(arguments: RequestKey.inRequests)
  func keysAreDistinctAndOfEveryShape(source: RequestKey) {
    let keys = Keys.make(for: source)
    #expect(keys.count == 20_000)
    #expect(Set(keys).count == keys.count)
    #expect(keys.contains { $0.count == 1 })
    #expect(keys.filter { $0.count >= 1_000 }.count >= 300)
    let high = keys.reduce(into: Set<UInt8>()) { $0.formUnion($1.filter { $0 >= 0x80 }) }
    #expect(high == Set(0x80...0xFF), "every byte that is not ASCII occurs")
    #expect(!keys.contains { !$0.allSatisfy { $0 > 0x20 && $0 != 0x7F } })
  }

  @Test func sourceAddressesAreDistinct() {
    let sources = Keys.sources()
    #expect(Set(sources).count == 20_000)
    #expect(sources.allSatisfy { $0.octets[0] == 127 && $0.octets[1] > 1 })
  }
}
