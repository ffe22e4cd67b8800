import ConsistentHashing
import Testing

@Suite struct NodeAddressTests {
  static let good: [(String, NodeAddress)] = [
    ("10.0.0.1", .host("10.0.0.1", port: nil)),
    ("10.0.0.1:1", .host("10.0.0.1", port: 1)),
    ("example.com:65535", .host("example.com", port: 65535)),
    ("a_b-c.d:080", .host("a_b-c.d", port: 80)),
    (String(repeating: "h", count: 253), .host(String(repeating: "h", count: 253), port: nil)),
    ("[::]", .ipv6("::", port: nil)),
    ("[::1]:8080", .ipv6("::1", port: 8080)),
    ("[1::]:80", .ipv6("1::", port: 80)),
    ("[2001:db8::8:800:200C:417A]:80", .ipv6("2001:db8::8:800:200C:417A", port: 80)),
    ("[1:2:3:4:5:6:7:8]", .ipv6("1:2:3:4:5:6:7:8", port: nil)),
    ("[1:2:3:4:5:6:7::]", .ipv6("1:2:3:4:5:6:7::", port: nil)),
    ("[::2:3:4:5:6:7:8]", .ipv6("::2:3:4:5:6:7:8", port: nil)),
    ("[::ffff:192.0.2.128]:80", .ipv6("::ffff:192.0.2.128", port: 80)),
    ("[1:2:3:4:5:6:1.2.3.4]", .ipv6("1:2:3:4:5:6:1.2.3.4", port: nil)),
    ("unix:/run/app.sock", .unix("/run/app.sock")),
    ("unix:/run/\u{301}app.sock", .unix("/run/\u{301}app.sock")),
    (
      "unix:/" + String(repeating: "p", count: 106), .unix("/" + String(repeating: "p", count: 106))
    ),
  ]

  @Test(arguments: good.indices)
  func takesApart(_ index: Int) throws {
    let (text, address) = Self.good[index]
    #expect(try NodeAddress(text) == address)
    let cluster = try Cluster(nodes: [Node(id: "a", address: text)])
    #expect(cluster.nodes[0].address == text)
  }

  @Test(arguments: [
    "", " ", "a b", "a:80 ", "a\n:80", "a\u{7F}", "\t",
    ":80", "a:", "a:0", "a:65536", "a:-1", "a:+1", "a:8o", "a:99999999999999999999", "a:８０",
    "a:1:2", "::1", "1:2:3:4:5:6:7:8",
    "bücher.example", "a/b", "a@b", "*", String(repeating: "h", count: 254),
    "[", "[]", "[::1", "[::1]80", "[::1]:", "[::1]:0", "[::1]:65536", "[localhost]", "[1.2.3.4]",
    "[:::]", "[1::2::3]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]",
    "[12345::]", "[g::]", "[::1.2.3]", "[::1.2.3.256]", "[::1.2.3.4.5]", "[1.2.3.4::]", "[:1]",
    "[1:]", "[1:2:3:4:5:6:7:]", "[:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::１]",
    "[fe80::1%eth0]:80",
    "unix:", "unix:/", "unix:run/app.sock", "unix:/a b", "unix:\u{301}/run/app.sock",
    "unix:/" + String(repeating: "p", count: 107),
  ])
  func refuses(_ text: String) {
    #expect {
      _ = try NodeAddress(text)
    } throws: { error in
      let malformed = error as? NodeAddress.Malformed
      return malformed.map { !$0.problem.isEmpty && !$0.remedy.isEmpty } ?? false
    }
  }

  @Test func tellsThePort() throws {
    #expect(try NodeAddress("a:80").port == 80)
    #expect(try NodeAddress("[::1]:81").port == 81)
    #expect(try NodeAddress("a").port == nil)
    #expect(try NodeAddress("unix:/a").port == nil)
  }

  @Test func showsControlCharactersEscaped() {
    #expect {
      _ = try NodeAddress("a\u{7}b\n")
    } throws: { error in
      (error as? NodeAddress.Malformed)?.problem
        == "the address 'a\\u{7}b\\n' contains the character \\u{7}"
    }
  }
}
