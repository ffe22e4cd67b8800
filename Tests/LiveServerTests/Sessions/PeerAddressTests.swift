import Foundation
import Testing

/// The addresses in the maps of a session are those that nginx prints, however a document writes them.
extension LiveServers {
  @Suite struct PeerAddresses {
    /// Nobody answers at any of them: what nginx tried is what counts.
    static let addresses = [
      "127.0.0.9:9", "127.0.0.8", "[::1]:9", "[0:0:0:0:0:0:0:2]:9", "[2001:DB8::A]:9",
      "[2001:db8::]:9",
      "[2001:db8:0:0:1:0:0:1]:9", "[2001:0db8:0:1:0:0:0:1]:9", "[1:0:2:0:3:0:4:0]:9",
      "[::ffff:192.0.2.1]:9",
      "[::ffff:c000:0202]:9", "[::192.0.2.3]:9", "[::1:2:3]:9", "[0:0:1::]:9", "[1::]",
      "[::102:3]:9",
      "[::fe01]:9", "unix:/nobody/is/here.sock",
    ]

    @Test(arguments: Sessions.versions) func areThoseOfNginx(nginx: Program) async throws {
      try await withTemporaryFolder { folder in
        let chash = try Chash.find()
        let nodes = Self.addresses.enumerated().map { "  - { id: n\($0), address: \"\($1)\" }\n" }
        let document = try folder.write(
          "name: shop\nalgorithm: nginx\nkey: session\nnodes:\n" + nodes.joined(), to: "shop.yaml")
        let site = folder["shop.conf"]
        try await chash("generate", "nginx", document, "--output", site)
        let known = try Self.peers(in: folder.text(of: "shop.conf"))
        #expect(known.count == Self.addresses.count)

        let host = IPv4Address(127, 0, 0, 2)
        let front = host.with(port: try LoopbackPorts.free(on: [host]))
        let locations = known.enumerated().map { index, peer in
          "location = /\(index) { proxy_pass http://\(peer.token)_shop; proxy_connect_timeout 1s; "
            + "add_header X-Tried $upstream_addr always; }\n"
        }
        let answers = try await NginxProcess.withNginx(nginx, attempts: 1) { _ in
          let http = "include \"\(site)\";\nserver { listen \(front);\n\(locations.joined()) }\n"
          return (NginxBlocks(http: http), ())
        } _: { _, _ in
          let requests = known.indices.map {
            Array("GET /\($0) HTTP/1.1\r\nHost: live\r\n\r\n".utf8)
          }
          return try await blocking { try HTTPClient(front: front).ask(requests) }
        }
        #expect(answers.map(\.tried) == known.map { [$0.address] })
        #expect(answers.allSatisfy { [502, 504].contains($0.status) })
      }
    }

    /// The lines of the map that knows servers by their addresses.
    private static func peers(in text: String) throws -> [(address: String, token: String)] {
      let start = try #require(text.range(of: "map $upstream_addr $shop_token {\n"))
      let lines = text[start.upperBound...].split(separator: "\n")
      return lines.prefix { !$0.contains("default") }.map { line in
        let words = line.split(separator: " ")
        return (
          words[0].replacingOccurrences(of: "\"", with: ""),
          words[1].replacingOccurrences(of: ";", with: "")
        )
      }
    }
  }
}
