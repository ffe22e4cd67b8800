import NginxConfiguration
import Testing

@Suite struct NginxTokenTests {
  @Test(arguments: [
    ("plain", "plain"), ("10.0.0.1:80", "10.0.0.1:80"), ("[::1]:80", "[::1]:80"),
    ("unix:/run/a.sock", "unix:/run/a.sock"), ("weight=2", "weight=2"),
    ("", "\"\""), ("a b", "\"a b\""), ("a;b", "\"a;b\""), ("{", "\"{\""), ("}", "\"}\""),
    ("#a", "\"#a\""), ("'", "\"'\""), ("\"", "\"\\\"\""), ("\\", "\"\\\\\""),
    ("\\n", "\"\\\\n\""), ("a\\\"", "\"a\\\\\\\"\""), ("é", "\"é\""),
    ("e\u{301}\"", "\"e\u{301}\\\"\""),
  ])
  func quotesWhatNeedsIt(_ text: String, _ printed: String) throws {
    let token = try NginxToken(text)
    #expect(token.printed.utf8.elementsEqual(printed.utf8))
    #expect(token.text.utf8.elementsEqual(text.utf8))
  }

  @Test(arguments: [
    ("a\nb", "the text contains the control character U+000A; use printable characters"),
    ("a\0", "the text contains the control character U+0000; use printable characters"),
    ("\u{85}", "the text contains the control character U+0085; use printable characters"),
    ("\u{2028}", "the text contains the control character U+2028; use printable characters"),
    ("\u{2066}", "the text contains U+2066, which turns the writing direction; remove it"),
    (
      "$host",
      "the text contains '$', which starts a variable and cannot be escaped in nginx; "
        + "use a text without '$'"
    ),
    (
      String(repeating: "a", count: 4001),
      "the text takes 4001 bytes; nginx's buffer is 4096 bytes long; stay below 4000"
    ),
    (
      String(repeating: "\"", count: 2000),
      "the text takes 4002 bytes; nginx's buffer is 4096 bytes long; stay below 4000"
    ),
  ])
  func refusesWhatQuotesCannotHold(_ text: String, _ message: String) {
    let error = #expect(throws: NginxUnwritable.self) { try NginxToken(text) }
    #expect(error?.description == message)
  }

  @Test func commentsStayOnTheirLine() throws {
    #expect(try NginxComment("a; } $b \\").printed == "# a; } $b \\")
    #expect(throws: NginxUnwritable.self) { try NginxComment("a\nb") }
    #expect(throws: NginxUnwritable.self) { try NginxComment("a\u{2029}b") }
    #expect(throws: NginxUnwritable.self) { try NginxComment(String(repeating: "a", count: 4001)) }
  }

  @Test func printsBlocksInBlocks() throws {
    let server = NginxDirective(
      try NginxToken("server"),
      block: [
        .directive(
          NginxDirective(
            try NginxToken("listen"), [try NginxToken("127.0.0.1:80")],
            comment: try NginxComment("here"))),
        .blank,
        .directive(
          NginxDirective(
            try NginxToken("location"), [try NginxToken("/a b")],
            comment: try NginxComment("there"), block: [])),
      ])
    #expect(
      NginxItem.print([.comment(try NginxComment("top")), .directive(server)]) == """
        # top
        server {
            listen 127.0.0.1:80;  # here

            location "/a b" {  # there
            }
        }

        """)
  }
}
