import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

@Suite struct NginxSyntaxTests {
  @Test func keepsEveryByte() throws {
    let text =
      Array(
        """
        # first\r
        user  "www data" ; # who

        map $a $b { default 'x\\'y' ; '~^/a{2}$' 1; } # odd
        upstream u{server a;} # end
        """.utf8) + [0xFF, 0x0A]
    let tree = try NginxSyntaxTree(bytes: text, file: "a")
    #expect(tree.printed == text)
    #expect(NginxFuzzTests.mistake(in: tree) == nil)
    #expect(tree.items.count == 7)
    guard case .statement(let user) = tree.items[1], case .comment(let who) = tree.items[2] else {
      Issue.record("\(tree.items)")
      return
    }
    #expect(user.words.map(\.text) == ["user", "www data"])
    #expect(user.words.map(\.isQuoted) == [false, true])
    #expect(String(decoding: user.words[1].source, as: UTF8.self) == "\"www data\"")
    #expect(user.line == 2)
    #expect(who.text == "who")
    #expect(who.line == 2)
  }

  @Test func replacesABlockAndNothingElse() throws {
    let text = """
      http {
        # old
        upstream sessions {
          server 10.0.0.9;
        } # kept
        server { listen 80; }
      }

      """
    let reader = NginxReader(files: ConfigurationFiles(["/n": Array(text.utf8)]))
    let reading = try reader.upstreams(in: "/n")
    let block = try #require(reading.upstreams.first)
    let cluster = try NginxUpstreamTests.cluster(["10.0.0.1:80"])
    let items = try NginxEmitter().items(of: cluster)
    let written = reading.files[0].replacing(block.range, with: items)
    #expect(
      String(decoding: written, as: UTF8.self) == """
        http {
          # old
          # sessions: 1 server, hash consistent; written by chash.
          upstream sessions {
              hash $cookie_sid consistent;

              server 10.0.0.1:80;
          } # kept
          server { listen 80; }
        }

        """)
  }

  @Test func passesOverLua() throws {
    let text = """
      init_by_lua_block {
        local a = "}" .. '\\'}' -- }
        --[[ } ]] local b = [==[ } ]] } ]==] local c = t[t[1]] -- [[ }
        if a then t = { { } } end
      }
      upstream u { server 10.0.0.1; balancer_by_lua_block { local x = "{" } }
      """
    let tree = try NginxSyntaxTree(bytes: Array(text.utf8), file: "a")
    #expect(tree.printed == Array(text.utf8))
    #expect(tree.items.count == 2)
    let reading = try NginxReaderTests.read(text)
    #expect(reading.upstreams.first?.servers.count == 1)
    #expect(
      reading.problems.map(\.description) == [
        "/etc/nginx/nginx.conf:6: error: unknown directive \"balancer_by_lua_block\"; it is part of "
          + "the Lua module (OpenResty), and picks servers by a rule that is not known here"
      ])
    #expect(throws: ConfigurationError.self) {
      try NginxSyntaxTree(bytes: Array("a_by_lua_block { '}".utf8), file: "a")
    }
  }

  @Test func linesAreThoseOfNginx() {
    let error = #expect(throws: ConfigurationError.self) {
      try NginxSyntaxTree(bytes: Array("a\n'b\nc'\nd\n\n}".utf8), file: "f")
    }
    #expect(error?.description == "f:6: unexpected \"}\"")
    #expect(error?.location == ConfigurationLocation(file: "f", line: 6))
  }

  @Test(arguments: [
    ("1.22.1", NginxVersion(1, 22, 1)), ("1.9.15", NginxVersion(1, 9, 15)), ("1.22", nil),
    ("1.22.1.0", nil), ("a.b.c", nil), ("", nil), ("1..1", nil), ("-1.2.3", nil),
  ])
  func readsVersions(_ text: String, _ version: NginxVersion?) {
    #expect(NginxVersion(text) == version)
    if let version { #expect(version.description == text) }
  }

  @Test func versionsOrderByNumber() {
    #expect(NginxVersion(1, 9, 15) < NginxVersion(1, 10, 0))
    #expect(NginxVersion(1, 29, 6) < NginxVersion(1, 29, 7))
    #expect(!(NginxVersion(2, 0, 0) < NginxVersion(1, 99, 99)))
  }
}
