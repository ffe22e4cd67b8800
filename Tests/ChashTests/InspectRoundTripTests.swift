import Foundation
import Testing

/// What `inspect` writes, every command reads, and gives the same answer as for the configuration itself.
@Suite struct InspectRoundTripTests {
  /// Configurations as they are found: slots that hold a placeholder, templates, names, repeated lines,
  /// sockets, sections in several contexts, odd names and values.
  static let corpus: [(file: String, text: String)] = [
    (
      "placeholders.cfg",
      """
      backend default_app_8080
          balance source
          hash-type consistent
          server SRV_1 10.244.1.5:8080 enabled
          server SRV_2 10.244.2.9:8080 enabled
          server SRV_3 127.0.0.1:8080 disabled
          server SRV_4 127.0.0.1:8080 disabled
      backend slots
          balance source
          server-template SRV 4 127.0.0.1:8080 disabled check
          server x 10.0.0.1:80 backup

      """
    ),
    (
      "templates.cfg",
      """
      defaults
          mode http
          timeout connect 5s
      backend app
          balance uri
          hash-type consistent
          server-template web 5 _app._tcp.service.example resolvers consul resolve-opts allow-dup-ip check
      backend app2
          balance url_param id
          server-template web 1-3 app.service.example:8080 check resolvers consul init-addr none
      backend odd
          balance hdr(X-Key)
          hash-type map-based djb2 avalanche
          server a:b_c.d 10.0.0.1:80 id 7 weight 20 cookie 'a b' check sni str(x:y)
          server s2 [::1]:81 id 9 weight 0
          server s3 unix@/run/a.sock id 12 disabled
          server s4 *:80
          server s5 /run/b.sock
      backend expression
          balance hash req.cook(sid),lower
          hash-type consistent crc32
          server s1 10.0.0.1
          server s2 10.0.0.1:80
          server s3 10.0.0.1:80
      listen l
          balance rdp-cookie
          server s1 10.0.0.1:80 track s2 weight 256
          server s2 10.0.0.2:+80

      """
    ),
    (
      "variables.cfg",
      """
      global
          setenv HOST 10.0.0.1
      backend b
          balance source
          hash-type consistent
          server s1 "${HOST}:80"
          server s2 "${NO_SUCH_VARIABLE-10.0.0.2}:80"
          server s3 "${NO_SUCH_VARIABLE}:80"
      .if defined(HOST)
          server s4 10.0.0.4:80
      .endif

      """
    ),
    (
      "names.conf",
      """
      http {
        resolver 127.0.0.1;
        upstream m  { hash $arg_k; server app-a.test:18281; server app-b.test:18282 weight=3; }
        upstream ih { ip_hash; server app-a.test:18281; server app-b.test:18282; }
        upstream c  { hash $arg_k consistent; server app-a.test; server app-a.test; server b down; }
        upstream s  { zone u 64k; hash $arg_k consistent; server s.test service=_http._tcp resolve;
                      server spare.test:80 resolve; }
        upstream odd { hash "$host: #$uri" consistent; server [::1]:80 max_fails=3 fail_timeout=1m30s;
                       server unix:/run/a.sock weight=7; server 10.0.0.1 max_conns=5;
                       server "10.0.0.1"; server 10.0.0.1:80; keepalive 16; }
        upstream backup { server 10.0.0.1; server 10.0.0.2 backup; server 10.0.0.3; hash $uri; }
        upstream one { hash $uri consistent; server 10.0.0.1; }
        split_clients "$remote_addr$uri" $variant { 0.5% one; 33.33% "two: #"; * ""; }
      }
      stream { upstream m { hash $remote_addr consistent; server a:1; server b:2; } }

      """
    ),
  ]

  private static let keys = (0..<40).map { "192.0.2.\($0)" } + ["", "/a?b=c", "é", "- : #"]

  @Test(arguments: corpus.indices) func everyCommandReadsWhatInspectWrites(_ index: Int)
    async throws
  {
    let (file, text) = Self.corpus[index]
    try await Folder.with([file: text]) { (folder: Folder) async throws in
      let whole = try await ChashProgram.run(["inspect", file], in: folder)
      #expect(whole.status == 0, "\(whole)")
      let parts = whole.output.components(separatedBy: "---\n").filter { $0.contains("name: ") }
      #expect(parts.count >= 1)
      for document in parts {
        let name = try Self.name(of: document)
        try folder.write("part.yaml", document)
        try await Self.compare("\(file)#\(name)", "part.yaml", in: folder)
      }
    }
  }

  /// The part that a document was made of, from its first line.
  private static func name(of document: String) throws -> String {
    let words = try #require(document.split(separator: "\n").first).split(separator: " ")
    let name = words[3].trimmingPrefix { $0 == ":" }
    let context = words[4].hasPrefix("(") ? words[4].dropFirst().prefix { $0 != ")" } + ":" : ""
    return "\(context)\(name.last == ":" ? name.dropLast() : name)"
  }

  private static func compare(
    _ reference: String, _ document: String, in folder: Folder
  ) async throws {
    func outputs(_ arguments: (String) -> [String]) async throws -> [ChashProgram.Outcome] {
      var outcomes: [ChashProgram.Outcome] = []
      for cluster in [reference, document] {
        var outcome = try await ChashProgram.run(arguments(cluster), in: folder)
        outcome.errors = ""
        outcomes.append(outcome)
      }
      return outcomes
    }
    let lookups = try await outputs {
      ["lookup", $0, "--preference", "99", "--format", "json", "--"] + keys
    }
    #expect(lookups[0] == lookups[1] && lookups[0].status == 0, "\(reference)\n\(lookups)")
    let balances = try await outputs { ["balance", $0, "--samples", "500", "--format", "json"] }
    #expect(balances[0] == balances[1] && balances[0].status == 0, "\(reference)\n\(balances)")
    let remaps = try await outputs {
      ["remap", $0, "--to", document, "--samples", "500", "--format", "json"]
    }
    #expect(remaps.allSatisfy { $0.status == 0 && $0.output.contains("\"moved\": 0,") })
    let generated = try await outputs { ["generate", "nginx", $0] }
    #expect(generated[0] == generated[1], "\(reference)\n\(generated)")
  }
}
