/// An HTTP answer, as far as these tests read it.
struct Response: Hashable, Sendable {
  var status: Int
  /// The servers which were tried, in order, as the front reports them.
  var tried: [String]
  var bytes: [UInt8]
  /// The values of `Set-Cookie`.
  var cookies: [String]

  /// The body as text.
  var body: String { String(decoding: bytes, as: UTF8.self) }

  init(status: Int, tried: [String], bytes: [UInt8], cookies: [String] = []) {
    self.status = status
    self.tried = tried
    self.bytes = bytes
    self.cookies = cookies
  }

  init(status: Int, tried: [String], body: String) {
    self.init(status: status, tried: tried, bytes: Array(body.utf8))
  }
}

extension Response: CustomStringConvertible {
  var description: String { "\(status) \(body), tried \(tried.joined(separator: ", "))" }
}

/// Takes HTTP/1.1 answers out of bytes that arrive in any pieces.
///
/// An answer must say its length with `Content-Length`, which nginx does for everything these tests
/// ask for; another framing is an error, never a guess.
struct ResponseReader {
  enum Malformed: Error, Hashable {
    case statusLine(String)
    case header(String)
    case noLength
    case headTooLong
  }

  private var bytes: [UInt8] = []
  private var start = 0
  private var scanned = 0

  mutating func append(_ more: [UInt8]) {
    if start > 65_536 {
      bytes.removeFirst(start)
      scanned -= start
      start = 0
    }
    bytes += more
  }

  /// Whether every byte so far belonged to an answer that was taken.
  var isEmpty: Bool { start == bytes.count }

  /// The next answer; nil if it has not arrived as a whole.
  mutating func next() throws(Malformed) -> Response? {
    guard let end = endOfHead() else {
      if bytes.count - start > 65_536 { throw .headTooLong }
      return nil
    }
    let lines = bytes[start..<end].split(separator: 0x0A).map { line in
      line.last == 0x0D ? line.dropLast() : line
    }
    let status = try Self.status(lines.first ?? [])
    var tried: [String] = []
    var cookies: [String] = []
    var length: Int?
    for line in lines.dropFirst() where !line.isEmpty {
      guard let colon = line.firstIndex(of: 0x3A) else { throw .header(Self.text(line)) }
      let name = line[..<colon]
      if Self.isSame(name, "content-length") {
        let value = Self.text(Self.trimmed(line[(colon + 1)...]))
        guard let number = Int(value), number >= 0, length == nil else {
          throw .header(Self.text(line))
        }
        length = number
      } else if Self.isSame(name, "x-tried") {
        tried = Self.list(Self.text(Self.trimmed(line[(colon + 1)...])))
      } else if Self.isSame(name, "set-cookie") {
        cookies.append(Self.text(Self.trimmed(line[(colon + 1)...])))
      }
    }
    guard let length else { throw .noLength }
    guard bytes.count - end >= length else { return nil }
    let body = Array(bytes[end..<end + length])
    start = end + length
    scanned = start
    return Response(status: status, tried: tried, bytes: body, cookies: cookies)
  }

  /// The addresses in nginx's `$upstream_addr`, in the order in which they were tried.
  ///
  /// Those of two locations have a colon between them.
  static func list(_ value: String) -> [String] {
    value == "-"
      ? []
      : value.split(separator: " : ").flatMap { $0.split(separator: ", ") }.map(String.init)
  }

  /// The index after the empty line that ends the head.
  private mutating func endOfHead() -> Int? {
    var index = max(scanned, start)
    while index < bytes.count {
      if bytes[index] == 0x0A, index - start >= 3, bytes[index - 1] == 0x0D,
        bytes[index - 2] == 0x0A, bytes[index - 3] == 0x0D
      {
        scanned = index
        return index + 1
      }
      index += 1
    }
    scanned = index
    return nil
  }

  private static func status(_ line: ArraySlice<UInt8>) throws(Malformed) -> Int {
    let words = line.split(separator: 0x20, maxSplits: 2)
    guard words.count >= 2, words[0].elementsEqual("HTTP/1.1".utf8), words[1].count == 3,
      let status = Int(text(words[1])), status >= 100
    else { throw .statusLine(text(line.prefix(80))) }
    return status
  }

  private static func isSame(_ name: ArraySlice<UInt8>, _ lowercased: String) -> Bool {
    name.count == lowercased.utf8.count
      && zip(name, lowercased.utf8).allSatisfy { a, b in
        a == b || ((0x41...0x5A).contains(a) && a | 0x20 == b)
      }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes.drop { $0 == 0x20 || $0 == 0x09 }
    while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
    return rest
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
