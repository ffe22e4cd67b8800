import ClusterDocument
import Testing

/// Mistakes in the settings of a session have their place and a remedy.
@Suite struct SessionErrorTests {
  typealias Case = DocumentErrorTests.Case

  static let cases: [Case] = [
    Case(
      "key: cookie:u\nsession: { cookie: r }\nnodes: [a:1]",
      "c.yaml:2:1: the document has settings of a session, and its key is no session; write key: session, "
        + "or leave 'session' out"),
    Case(
      "key: session\nsession: r\nnodes: [a:1]",
      "c.yaml:2:10: 'session' is not a list of fields; write 'field: value'"),
    Case(
      "key: session\nsession: { cokie: r }\nnodes: [a:1]",
      "c.yaml:2:12: 'session' has an unknown field 'cokie'; its fields are cookie, follow, lifetime, "
        + "sameSite, secure, path, domain, header, fallback, secret"),
    Case(
      "key: session\nsession:\n  cookie: r\n  follow: lists\nnodes: [a:1]",
      "c.yaml:4:11: follow cannot be 'lists'; write one of server, list, key"),
    Case(
      "key: session\nsession: { lifetime: 30 }\nnodes: [a:1]",
      "c.yaml:2:22: '30' is not a lifetime; write a number with its unit: 90s, 30m, 12h or 7d"),
    Case(
      "key: session\nsession: { lifetime: 401d }\nnodes: [a:1]",
      "c.yaml:2:22: the lifetime '401d' is not a lifetime from a minute to 400 days; write 30m, 12h or 7d, "
        + "or leave it out: the cookie then ends with the browser"),
    Case(
      "key: session\nsession: { path: \"/a; b\" }\nnodes: [a:1]",
      "c.yaml:2:18: the path '/a; b' is not the path of a cookie; write an absolute path such as /shop, "
        + "without spaces and ';'"),
    Case(
      "key: session\nsession: { sameSite: none, secure: false }\nnodes: [a:1]",
      "c.yaml:2:22: sameSite is none and secure is false, and browsers drop such a cookie; "
        + "write secure: true"),
    Case(
      "key: session\nsession: { follow: key, fallback: remote-addr }\nnodes: [a:1]",
      "c.yaml:2:35: the session follows the key, which is the id of the cookie alone; leave the fallback "
        + "out, or write follow: server or follow: list"),
    Case(
      "key: session\nsession: { fallback: cookie:a }\nnodes: [a:1]",
      "c.yaml:2:22: the fallback cannot be 'cookie:a'; write arg:NAME, header:NAME or remote-addr"),
    Case(
      "key: session\nsession: { secret: short }\nnodes: [a:1]",
      "c.yaml:2:20: the secret has 5 bytes, which is too short to be one; use at least 16 random characters"
    ),
  ]

  @Test func everyMistakeHasItsPlace() {
    for mistake in Self.cases {
      var message = "none"
      do throws(DocumentError) {
        _ = try ClusterDocument(yaml: mistake.text, file: "c.yaml")
      } catch {
        message = error.description
      }
      #expect(message == mistake.message)
    }
  }
}
