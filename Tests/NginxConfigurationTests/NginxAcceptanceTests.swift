import ConsistentHashing
import NginxConfiguration
import Testing

/// nginx itself accepts what is written, and reads the tokens that were meant.
@Suite struct NginxAcceptanceTests {
  @Test func nginxAcceptsEveryKindOfUpstream() async throws {
    let nginx = try await NginxProgram()
    let hostile = [
      "unix:/;}", "unix:/#a", "unix:/\"", "unix:/'", "unix:/\\", "unix:/{}", "unix:/é", "unix:/\\n",
    ]
    let lists: [[Node]] = [
      NginxUpstreamTests.nodes, ["127.0.0.1:1"], ["127.0.0.1:00080", "[::ffff:1.2.3.4]:65535"],
      hostile.map { Node(address: $0) },
      [Node(id: "a;} $b \"c' # \\", address: "127.0.0.1:80", weight: 0)],
      [Node(id: NodeID(String(repeating: "i", count: 4000)), address: "127.0.0.1:80")],
      [Node(address: "unix:/" + String(repeating: "\"", count: 106), weight: 65, state: .drain)],
      (1...300).map { Node(address: "127.0.\($0 % 7).\($0 % 256):\($0)") },
    ]
    let keys: [KeySource] = [
      .cookie("sid"), .argument("_9"), .header("X-User"), .remoteAddress, .uri,
      .argument(String(repeating: "a", count: 3990)),
    ]
    var refused: [String] = []
    for (index, nodes) in lists.enumerated() {
      for context in NginxContext.allCases {
        let usable = context == .http ? keys : [.remoteAddress]
        var text = ""
        for (position, key) in usable.enumerated() {
          let cluster = try NginxUpstreamTests.cluster(
            nodes, name: "_A.\(index)-\(position)", key: key)
          text += try NginxUpstreamTests.text(
            cluster, in: context, keepalive: context == .http ? 32 : nil)
        }
        let verdict = try await nginx.test(text, in: context)
        if !verdict.accepted || !verdict.messages.isEmpty {
          refused.append("\(context) \(index): \(verdict.messages)")
        }
      }
    }
    #expect(refused.isEmpty, "\(refused.joined(separator: "\n"))")
  }

  @Test func proxyPassFindsEveryName() async throws {
    let nginx = try await NginxProgram()
    var text = ""
    for name in [
      "a", "A-1", "_x", "1", "10.0.0.9", "a..b", "x.", String(repeating: "n", count: 253),
    ] {
      let cluster = try NginxUpstreamTests.cluster(["127.0.0.1:80"], name: name)
      text += try NginxUpstreamTests.text(cluster)
      text += "server { listen 127.0.0.1:8; location / { proxy_pass http://\(name); } }\n"
    }
    let verdict = try await nginx.test(text, in: .http)
    #expect(verdict.accepted, "\(verdict.messages)")
  }

  /// nginx names the token it read when it rejects one; so its own message shows that quotes hold.
  @Test func nginxReadsTheTextThatWasMeant() async throws {
    let nginx = try await NginxProgram()
    let texts = ["a b", ";", "{}", "#", "'", "\"", "\\", "\\n", "\\\"", "é", "a\\", "x"]
    var wrong: [String] = []
    for text in texts {
      let directive = NginxDirective(try NginxToken(text))
      let verdict = try await nginx.test(NginxItem.print([.directive(directive)]), in: .http)
      if !verdict.messages.contains("unknown directive \"\(text)\" in ") {
        wrong.append("\(text): \(verdict.messages)")
      }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
