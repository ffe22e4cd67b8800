import AccessLogs
import ConsistentHashing
import Testing

/// Keys of several sources, and those of connections, in logs.
@Suite struct CombinedKeyTests {
  static func keys(_ source: String, _ lines: [String], as format: String? = nil) throws -> [String]
  {
    try KeyFinderTests.keys(source, lines, as: format)
  }

  static let requests = [
    "GET /a?user=ann&t=1 HTTP/1.1", "GET /%61//b?t=2 HTTP/1.1", "GET /c?user=&t= HTTP/1.1",
    "GET /d HTTP/1.1",
  ].map { KeyFinderTests.combined($0) }

  @Test func theFirstThatALineHas() throws {
    #expect(
      try Self.keys("arg:user or arg:t or remote-addr", Self.requests)
        == ["ann", "2", "192.0.2.7", "192.0.2.7"])
    #expect(
      try Self.keys("arg:user or arg:t", Self.requests) == ["ann", "2", "(unset)", "(unset)"])
  }

  @Test func oneAfterTheOtherAsFarAsTheLineHasIt() throws {
    #expect(
      try Self.keys("arg:user + '/' + arg:t", Self.requests) == [
        "ann/1", "/2", "(unset)", "(unset)",
      ])
    #expect(
      try Self.keys("arg:user + arg:t or path", Self.requests) == ["ann1", "2", "/c", "/d"])
  }

  @Test func pathsOfRequestLines() throws {
    #expect(try Self.keys("path", Self.requests) == ["/a", "/%61//b", "/c", "/d"])
    let urls = ["https://shop.example/p?q", "/x?y?z", "/x", "GET /y?z HTTP/1.1"]
    #expect(try Self.keys("path", urls, as: "plain") == ["/p", "/x", "/x", "/y"])
    #expect(try Self.keys("path", ["/a?b 1"], as: "$request_uri $status") == ["/a"])
    #expect(
      try Self.keys("path", [#"{"uri":"/a?b"}"#, #"{"uri":"http://h/c?d"}"#], as: "json")
        == ["/a", "/c"])
    #expect(try Self.keys("path", ["time,path", "1,/a?b", "2,/c"], as: "csv") == ["/a", "/c"])
  }

  @Test func variablesOfConnections() throws {
    let format = "$proxy_protocol_addr|$ssl_server_name|$host|$status"
    let lines = ["192.0.2.1|shop.example|h|200", "-|-|-|400", "x|-|h|200"]
    #expect(
      try Self.keys("proxy-protocol-addr", lines, as: format)
        == ["192.0.2.1", "(unset)", "(mistyped)"])
    #expect(try Self.keys("sni or host", lines, as: format) == ["shop.example", "(unset)", "h"])
    #expect(
      try Self.keys("sni + ' ' + host", lines, as: format) == ["shop.example h", "(unset)", " h"])
    #expect(
      try Self.keys("sni", ["shop.example 1"], as: "$ssl_preread_server_name $status") == [
        "shop.example"
      ])
    #expect(
      try Self.keys(
        "sni or host",
        [
          #"{"request":{"tls":{"server_name":"a"}},"host":"x"}"#,
          #"{"request":{"tls":{"server_name":""}},"host":"y"}"#,
        ], as: "json") == ["a", "y"])
    #expect(
      try Self.keys(
        "sni or proxy-protocol-addr", ["sni,proxy_protocol_addr", ",::1", "b,::2"], as: "csv")
        == ["::1", "b"])
  }

  /// Without the last alternative, lines would have other keys than their requests had.
  @Test func everyAlternativeHasToBeInTheLog() {
    for (source, variable) in [
      ("arg:user or cookie:u", "cookie_u"), ("cookie:u or remote-addr", "cookie_u"),
      ("host + uri", "host"), ("arg:user or sni", "ssl_server_name"),
      ("proxy-protocol-addr", "proxy_protocol_addr"),
    ] {
      let error = #expect(throws: KeyFinder.Missing.self) { try Self.keys(source, Self.requests) }
      #expect(error?.variable == variable)
    }
    let error = #expect(throws: KeyFinder.Missing.self) {
      try Self.keys("path", ["1 2"], as: "$status $msec")
    }
    #expect(error?.variable == "request_uri")
  }
}
