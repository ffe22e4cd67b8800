import Foundation
import Testing

/// `chash explain-cookie` for documents.
@Suite struct ExplainCookieTests {
  static let id = "9d8204647eb51c68f0f2a1b3c4d5e6f7"

  static func shop(_ session: String = "{ secret: 2b0f6c1e9d7a4853 }") -> String {
    """
    name: shop
    algorithm: nginx
    key: session
    session: \(session)
    nodes:
      - { id: app-1, address: 10.0.0.1:8080 }
      - { id: app-2, address: 10.0.0.2:8080 }
      - { id: app-3, address: 10.0.0.3:8080, state: drain }
      - { id: app-4, address: 10.0.0.4:8080, state: down }

    """
  }

  /// The fields of the answer as JSON.
  static func explain(
    _ arguments: [String], in folder: Folder, input: [UInt8] = []
  ) async throws -> [String: Any] {
    let run = try await ChashProgram.run(
      ["explain-cookie"] + arguments + ["--format", "json"], in: folder, input: input)
    try #require(run.status == 0 && run.errors.isEmpty, "\(run)")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    return try #require(value as? [String: Any])
  }

  static func server(_ answer: [String: Any], _ field: String = "server") -> String? {
    (answer[field] as? [String: Any])?["id"] as? String
  }

  @Test func theServerOfASessionIsTold() async throws {
    try await Folder.with(["shop.yaml": Self.shop()]) { (folder: Folder) async throws in
      let site = try await ChashProgram.run(["generate", "nginx", "shop.yaml"], in: folder)
      for node in ["app-1", "app-2", "app-3"] {
        // The map of the generated site says which server has which name.
        let line = try #require(
          site.output.split(separator: "\n").first { $0.contains("_shop;  # \(node)") })
        let token = try #require(line.split(separator: " ").first)
        let answer = try await Self.explain(["shop.yaml", "\(Self.id).\(token)"], in: folder)
        #expect(Self.server(answer) == node)
        #expect(answer["kind"] as? String == "session" && answer["cookie"] as? String == "route")
        #expect(answer["reason"] is NSNull)
        let consequence = try #require(answer["consequence"] as? String)
        #expect(consequence.contains(node == "app-3" ? "which drains" : "The request goes to"))
        let lookup = try await ChashProgram.run(
          ["lookup", "shop.yaml", Self.id, "--format", "tsv"], in: folder)
        let place = lookup.output.split(separator: "\t")[1]
        #expect(Self.server(answer, "hashed") == String(place))
        for given in [
          "route=\(Self.id).\(token)", "Cookie: a=1; route=\(Self.id).\(token); route=x",
          " cookie:route=\(Self.id).\(token)\r\n", "b=2; route=\(Self.id).\(token).1234",
        ] {
          let same = try await Self.explain(["shop.yaml", given], in: folder)
          #expect(Self.server(same) == node, "\(given)")
        }
        let second = try await Self.explain(
          ["shop.yaml", "Cookie: route=x; route=\(Self.id).\(token)"], in: folder)
        #expect(Self.server(second) == nil && second["position"] as? Int == 1)
      }
    }
  }

  @Test func anotherSecretIsTold() async throws {
    let files = ["shop.yaml": Self.shop(), "open.yaml": Self.shop("{ lifetime: 12h }")]
    try await Folder.with(files) { (folder: Folder) async throws in
      let site = try await ChashProgram.run(["generate", "nginx", "open.yaml"], in: folder)
      let line = try #require(
        site.output.split(separator: "\n").first { $0.contains("_shop;  # app-2") })
      let token = try #require(line.split(separator: " ").first)
      let value = "\(Self.id).\(token).178000"
      let other = try await Self.explain(["shop.yaml", value], in: folder)
      #expect(other["reason"] as? String == "otherSecret" && Self.server(other) == nil)
      #expect(try #require(other["problem"] as? String).contains("without a secret"))
      let own = try await Self.explain(["open.yaml", value], in: folder)
      #expect(Self.server(own) == "app-2")
      let parts = try #require(own["parts"] as? [[String: String]])
      #expect(parts.map { $0["name"] } == ["id", "server", "time"])
      #expect(
        parts.last?["meaning"] == "given in the 10000 seconds from 2026-05-28 20:26:40 UTC")
      let unknown = try await Self.explain(["shop.yaml", "\(Self.id).0123456789ab"], in: folder)
      #expect(unknown["reason"] as? String == "unknownServer")
      #expect(Self.server(unknown, "hashed") != nil)
    }
  }

  /// The router's own regular expressions refuse the same values.
  @Test(arguments: [
    ("", 1), ("x", 1), ("9D8204647eb51c68f0f2a1b3c4d5e6f7", 2), ("9d82", 5),
    (id + "f", 33), (id + ".", 34), (id + ".13d88ad20e4", 45), (id + ".13d88ad20e4G", 45),
    (id + ".13d88ad20e48.", 47), (id + ".13d88ad20e48.12x", 49),
    (id + ".13d88ad20e48.1234567890", 56), (id + ".13d88ad20e48.123.4", 50),
    (id + "é", 33), ("\u{1}\u{7F}", 1),
  ])
  func malformedCookiesAreTold(value: String, position: Int) async throws {
    try await Folder.with(["shop.yaml": Self.shop()]) { (folder: Folder) async throws in
      let answer = try await Self.explain(["shop.yaml", value], in: folder)
      #expect(answer["reason"] as? String == "malformed")
      #expect(answer["position"] as? Int == position)
      #expect(Self.server(answer) == nil)
    }
  }

  @Test func bytesOfAnyKindAndLengthAreTaken() async throws {
    try await Folder.with(["shop.yaml": Self.shop()]) { (folder: Folder) async throws in
      let long = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
      for (input, position) in [(long, 33), ([0xFF, 0, 0x80], 1), ([], 1)] as [([UInt8], Int)] {
        let answer = try await Self.explain(["shop.yaml", "-"], in: folder, input: input)
        #expect(answer["position"] as? Int == position)
      }
      for document in ["sessions.yaml", "shop.yaml"] {
        let run = try await ChashProgram.run(
          ["explain-cookie", document, "-"], in: folder, input: long)
        #expect(run.status == 0 && run.output.utf8.count < 1000, "\(run.output.count)")
      }
    }
  }

  @Test func kindsThatNeedAddressesAreTried() async throws {
    let plain =
      "name: s\nalgorithm: nginx\nkey: remote-addr\nnodes: [10.0.0.1:8080, 10.0.0.2:8080, '[::1]:80']\n"
    try await Folder.with(["plain.yaml": plain]) { (folder: Folder) async throws in
      // md5sum, sha256sum, openssl dgst -sha256 -hmac geheim, and a message of Protocol Buffers.
      for (value, kind, server) in [
        ("0efcb8350f3a691c838b9f9fc91af980", "nginx-sticky", "10.0.0.2:8080"),
        ("bf3b2a1b8b37b551", "traefik", "10.0.0.1:8080"),
        ("http://10.0.0.2:8080", "traefik", "10.0.0.2:8080"),
        (
          "e6d157532df8f8db3d45826532ca6181c887b5dfee9dc295f68e35483f41bf40", "caddy",
          "10.0.0.2:8080"
        ),
        ("Cg0xMC4wLjAuMTo4MDgwEKDCHg==", "envoy", "10.0.0.1:8080"),
        ("\"CghbOjoxXTo4MA==\"", "envoy", "[::1]:80"),
        ("Cookie: a=b; x=Cg0xMC4wLjAuMTo4MDgwEKDCHg==", "envoy", "10.0.0.1:8080"),
      ] {
        let answer = try await Self.explain(
          ["plain.yaml", value, "--secret", "geheim"], in: folder)
        #expect(answer["kind"] as? String == kind, "\(value)")
        #expect(Self.server(answer) == server, "\(value)")
      }
      for value in ["CgkxMDowMDox*", "Cg0xMC4wLjAuMTo4MDg", "AAAA", "=", "", "Cg"] {
        let answer = try await Self.explain(["plain.yaml", value], in: folder)
        #expect(answer["reason"] as? String == "malformed", "\(value)")
      }
      let gone = try await Self.explain(["plain.yaml", "Cg0xMC4wLjAuOTo4MDgw"], in: folder)
      #expect(gone["reason"] as? String == "unknownServer" && gone["kind"] as? String == "envoy")
    }
  }

  @Test func aCookieThatIsTheKeyIsHashed() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let answer = try await Self.explain(["sessions.yaml", "user=carol"], in: folder)
      #expect(answer["kind"] as? String == "key" && answer["reason"] as? String == "hashed")
      #expect(Self.server(answer) == nil && Self.server(answer, "hashed") == "web-2")
    }
  }

  @Test func whatCannotBeExplainedIsAnError() async throws {
    let files = [
      "shop.yaml": Self.shop(),
      "nginx.conf":
        "http { upstream a { server 10.0.0.1:80; } upstream l { sticky learn create=$upstream_cookie_s "
        + "lookup=$cookie_s zone=z:1m; server 10.0.0.1:80; } }\n",
      "haproxy.cfg": "backend b\n  mode http\n  server s 10.0.0.1:80\n",
      "nutcracker.yml": "a:\n  listen: 127.0.0.1:1\n  servers:\n  - 127.0.0.1:2:1\n",
    ]
    try await Folder.with(files) { (folder: Folder) async throws in
      for (arguments, message) in [
        (["shop.yaml", "Cookie: a=1; b=2"], "the line has no cookie 'route', only a, b"),
        (["shop.yaml", ";"], "the line has no cookie 'route'; give"),
        (["nginx.conf#a", "x"], "has no sticky cookie"), (["nginx.conf#l", "x"], "sticky learn"),
        (["haproxy.cfg#b", "x"], "has no line 'cookie'"),
        (["nutcracker.yml", "x"], "has no cookies"),
        (["nowhere.yaml", "x"], "nowhere.yaml"),
        (["-", "-"], "cannot both come from standard input"),
      ] {
        let run = try await ChashProgram.run(["explain-cookie"] + arguments, in: folder)
        #expect(run.status != 0 && run.output.isEmpty, "\(arguments)")
        #expect(run.errors.contains(message), "\(arguments) \(run.errors)")
      }
    }
  }
}
