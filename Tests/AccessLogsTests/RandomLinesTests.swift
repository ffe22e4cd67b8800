import AccessLogs
import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// Lines that no router wrote have an answer as well, and keys are what the lines have.
@Suite struct RandomLinesTests {
  static let samples = [
    #"192.0.2.7 - - [25/Nov/2026:10:00:00 +0000] "GET /p?u=1&v=\x22 HTTP/1.1" 200 512 "-" "curl/8""#,
    #"Feb  6 12:14:14 lb1 haproxy[1]: [::1]:36690 [06/Feb/2026:12:14:14.655] f b/s 1/0/3/6/1 200 2 - - ---- 1/1/1/1/0 0/0 {a#22|} "GET /p?u=1 HTTP/1.1""#,
    #"1.2.3.4:5 [06/Feb/2026:12:14:14.655] f b/s 0/0/5 212 -- 0/0/0/0/3 0/0"#,
    #"{"remote_addr":"::1","request":{"uri":"/a?u=\ud83d\ude00","headers":{"Cookie":["a=1; sid=\"x\""]}},"u":[1,{}]}"#,
    #"t,"a ""b"", c",192.0.2.1,sid=3;x"#, "sid=a; b=c", "GET /a?u=1 HTTP/1.1",
    "[::ffff:1.2.3.4]:80", "-",
  ]
  static let formats = [
    "combined", "common", "haproxy-http", "haproxy-tcp", "json", "csv", "plain",
    #"$remote_addr "$request" $upstream_addr "$http_cookie""#, #"{"a":"$cookie_sid","b":"$args"}"#,
  ]
  static let keys: [[[KeyPiece]]?] =
    [
      "remote-addr", "uri", "arg:u", "cookie:sid", "header:x", "path", "sni or proxy-protocol-addr",
      "arg:u or cookie:sid + '|' + path or remote-addr",
    ].map {
      KeySource($0).flatMap { KeyPiece.alternatives(of: $0) }
    }
    + [
      [[.value("remote_addr"), .text("|"), .value("request_uri")]],
      [[.value("binary_remote_addr")]],
      nil,
    ]

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyLineHasAnAnswer(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var outcomes: [KeyFinder.Outcome: Int] = [:]
    var longer = 0
    for _ in 0..<3000 {
      let lines = (0..<3).map { _ in Self.line(&random) }
      let name = Self.formats[random.below(Self.formats.count)]
      let keys = Self.keys[random.below(Self.keys.count)]
      let first = lines[0]
      let format =
        random.below(3) == 0
        ? LogFormat.recognised(in: lines) : try LogFormat(name, firstLine: first.span)
      let places: [KeyFinder.Place] = [
        .automatic, .field(1 + random.below(12)), .expression(try LinePattern("(?:u=)?([^ \"]+)")),
        .value("request"), .raw,
      ]
      guard
        var finder = try? KeyFinder(
          format: format, place: places[random.below(places.count)], pieces: keys?.first,
          further: Array(keys?.dropFirst() ?? []),
          skipsEmpty: random.below(2) == 0,
          type: random.below(4) == 0 ? .integer : .text, names: LogFormat.names(inJSON: lines),
          also: ["upstream_addr"], ignoresCase: true)
      else { continue }
      for line in lines {
        let outcome = finder.find(in: line.span) { key, written in
          // Text of the format and separators may be added, nothing else.
          if key.count > line.count + 8 || written.count > line.count + 8 { longer += 1 }
        }
        outcomes[outcome, default: 0] += 1
        _ = finder.other(0, in: line.span)
      }
    }
    #expect(longer == 0)
    // All kinds of answers came up, so the lines were not all refused at the first byte.
    #expect(
      outcomes.count == 4 && outcomes.values.allSatisfy { $0 > 20 }, "seed \(seed): \(outcomes)")
  }

  /// A sample with some bytes changed, cut out or doubled.
  private static func line(_ random: inout SeededGenerator) -> [UInt8] {
    var line = Array(samples[random.below(samples.count)].utf8)
    let special = Array("\"\\ -{}[],:;#%&=?$\t\u{0}\u{FF}x7".utf8)
    for _ in 0..<random.below(6) where !line.isEmpty {
      let place = random.below(line.count)
      switch random.below(4) {
      case 0: line[place] = special[random.below(special.count)]
      case 1: line.remove(at: place)
      case 2: line.insert(special[random.below(special.count)], at: place)
      default: line.removeSubrange(place..<min(line.count, place + 1 + random.below(20)))
      }
    }
    return line
  }
}
