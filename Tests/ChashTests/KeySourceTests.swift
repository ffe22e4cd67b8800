import Foundation
import Testing

/// Keys of several sources in commands.
@Suite struct KeySourceTests {
  static func document(_ key: String, more: String = "") -> String {
    let nodes = (1...5).map { "  - 10.0.0.\($0):80\n" }.joined()
    return "name: shop\nalgorithm: nginx\nkey: \(key)\n\(more)nodes:\n\(nodes)"
  }

  static let format =
    #"$remote_addr "$request" $proxy_protocol_addr $ssl_server_name $host "$http_cookie" "$http_x_user""#

  static let cases: [(String, @Sendable (Int) -> String)] = [
    (
      "cookie:user or header:X-User or remote-addr",
      { n in n % 3 == 0 ? "c\(n)" : n % 3 == 1 ? "h\(n)" : "192.0.2.\(n)" }
    ),
    ("arg:t + '/' + path", { n in "t\(n)//p/\(n)" }),
    ("host + uri", { n in "shop.example/p/\(n)?t=t\(n)" }),
    ("[sni, proxy-protocol-addr]", { n in n % 2 == 0 ? "s\(n)" : "198.51.100.\(n)" }),
  ]

  /// Keys of a log and the same keys in a list are placed alike.
  @Test(arguments: cases.indices)
  func keysOfALogArePlacedAsInAList(index: Int) async throws {
    let (key, expected) = Self.cases[index]
    let log = (0..<90).map { n in
      let cookie = n % 3 == 0 ? "a=1; user=c\(n)" : "-"
      let user = n % 3 == 1 ? "h\(n)" : "-"
      return
        "192.0.2.\(n) \"GET /p/\(n)?t=t\(n) HTTP/1.1\" 198.51.100.\(n) \(n % 2 == 0 ? "s\(n)" : "-") "
        + "shop.example \"\(cookie)\" \"\(user)\"\n"
    }.joined()
    let list = (0..<90).map { expected($0) + "\n" }.joined()
    try await Folder.with(["c.yaml": Self.document(key), "log": log, "list": list]) {
      (folder: Folder) async throws in
      let ofLog = try await ChashProgram.run(
        ["lookup", "c.yaml", "--keys", "log", "--log-format", Self.format, "--format", "tsv"],
        in: folder)
      let ofList = try await ChashProgram.run(
        ["lookup", "c.yaml", "--keys", "list", "--raw", "--format", "tsv"], in: folder)
      #expect(ofLog.status == 0 && ofLog.output == ofList.output, "\(ofLog)")
      #expect(ofList.output.split(separator: "\n").count == 90)
      let remap = ["remap", "c.yaml", "--remove", "10.0.0.1:80", "--keys"]
      let moved = try await ChashProgram.run(
        remap + ["log", "--log-format", Self.format], in: folder)
      #expect(
        moved.output == (try await ChashProgram.run(remap + ["list", "--raw"], in: folder)).output)
    }
  }

  @Test func whatTheLogLacksIsNamed() async throws {
    let line = #"192.0.2.1 - - [25/Nov/2026:10:00:00 +0000] "GET /p HTTP/1.1" 200 12 "-" "curl/8""#
    try await Folder.with(["c.yaml": Self.document("sni or remote-addr"), "log": line + "\n"]) {
      (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        ["lookup", "c.yaml", "--keys", "log"], in: folder)
      #expect(outcome.status == 1 && outcome.output == "")
      #expect(
        outcome.errors.contains(
          "does not have $ssl_server_name, which the key (sni or remote-addr) needs; add $ssl_server_name to "
            + "the log's format"), "\(outcome)")
    }
  }

  @Test func aBlockCannotHaveMapsBesideIt() async throws {
    let conf = "upstream shop {\n    hash $uri;\n    server 10.0.0.1:80;\n}\n"
    try await Folder.with([
      "c.yaml": Self.document("host or remote-addr"), "d.yaml": Self.document("host + uri"),
      "n.conf": conf,
    ]) { (folder: Folder) async throws in
      let refused = try await ChashProgram.run(
        ["generate", "nginx", "c.yaml", "--in-place", "n.conf"], in: folder)
      #expect(
        refused.status == 1
          && refused.errors.contains(
            "the key 'host or remote-addr' has maps beside the block, which an edit cannot add"),
        "\(refused)")
      let edited = try await ChashProgram.run(
        ["generate", "nginx", "d.yaml", "--in-place", "n.conf"], in: folder)
      #expect(edited.status == 0, "\(edited)")
      let text = try await ChashProgram.shell("cat n.conf", in: folder).output
      #expect(text.contains("hash $host$request_uri consistent;"))
    }
  }

  /// The expression of a configuration stays one.
  @Test func expressionsOfConfigurationsStayAsTheyAre() async throws {
    for variable in [
      "$host", "$ssl_server_name", "$proxy_protocol_addr", "$host$request_uri", "$uri",
    ] {
      let conf = "upstream shop {\n    hash \(variable);\n    server 10.0.0.1:80;\n}\n"
      try await Folder.with(["n.conf": conf]) { (folder: Folder) async throws in
        let outcome = try await ChashProgram.run(["inspect", "n.conf#shop"], in: folder)
        #expect(outcome.output.contains("nginx-key: \"\(variable)\""), "\(outcome)")
        #expect(!outcome.output.contains("\nkey:"))
      }
    }
  }

  @Test func whatIsOftenEmptyIsSaid() async throws {
    try await Folder.with(["c.yaml": Self.document("sni")]) { (folder: Folder) async throws in
      let outcome = try await ChashProgram.run(
        [
          "generate", "nginx", "c.yaml", "--context", "stream", "--part", "site", "--listen", "443",
        ],
        in: folder)
      #expect(outcome.output.contains("\n    ssl_preread on;\n"))
      #expect(outcome.errors.contains("Write 'sni or remote-addr'"), "\(outcome)")
      let old = try await ChashProgram.run(
        ["generate", "nginx", "c.yaml", "--context", "stream", "--nginx-version", "1.11.4"],
        in: folder)
      #expect(old.status == 1 && old.errors.contains("use nginx 1.11.5 or newer"), "\(old)")
    }
  }
}
