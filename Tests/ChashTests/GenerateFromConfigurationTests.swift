import Foundation
import Testing

/// `generate` on clusters that were read from configurations: nothing is lost without a word.
@Suite struct GenerateFromConfigurationTests {
  private static let nginx = """
    http {
      upstream app {
        zone app 64k;
        server 10.0.0.1:8080 weight=2 max_fails=3 fail_timeout=30s max_conns=100;
        server 10.0.0.2:8080 backup;
        server 10.0.0.3:8080 down;
        hash $request_uri;
        keepalive 32;
        keepalive_timeout 60s;
      }
      upstream ip { ip_hash; server 10.0.0.1; server 10.0.0.2; }
      split_clients $remote_addr $variant { 50% 10.0.0.1; * app; }
    }
    stream { upstream db { hash $remote_addr consistent; server 10.0.0.1:5432; } }

    """

  private static let paid = """
    upstream paid {
      hash $host$uri consistent;
      queue 10;
      server 10.0.0.1 slow_start=30s;
      server 10.0.0.2;
    }

    """

  private func generate(_ file: String, _ text: String, _ arguments: String...) async throws
    -> ChashProgram.Outcome
  {
    var outcome = ChashProgram.Outcome()
    try await Folder.with([file: text]) { (folder: Folder) async throws in
      outcome = try await ChashProgram.run(["generate", "nginx"] + arguments, in: folder)
    }
    return outcome
  }

  @Test func everyParameterIsWritten() async throws {
    #expect(
      try await generate("nginx.conf", Self.nginx, "nginx.conf#app")
        == .init(
          output: """
            # app: 3 servers, hash; written by chash.
            upstream app {
                zone app 64k;

                server 10.0.0.1:8080 weight=2 max_conns=100 max_fails=3 fail_timeout=30s;
                server 10.0.0.2:8080 backup;
                server 10.0.0.3:8080 down;

                hash $request_uri;
                keepalive 32;
                keepalive_timeout 60s;
            }

            """,
          errors:
            "chash: nginx.conf:2: note: nginx passes over a server that has its max_conns of connections "
            + "(10.0.0.1:8080: 100), and here each has fewer\n"))
  }

  @Test(arguments: [
    ("ip", "    ip_hash;\n"), ("db", "    hash $remote_addr consistent;\n"),
    ("$variant", "split_clients $remote_addr $variant {\n    50% 10.0.0.1;\n    * app;\n}\n"),
    ("variant", "split_clients $remote_addr $variant {\n"),
  ])
  func everyMethodIsWritten(_ name: String, _ line: String) async throws {
    let outcome = try await generate("nginx.conf", Self.nginx, "nginx.conf#\(name)", "--strict")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    #expect(outcome.output.contains(line), "\(outcome)")
  }

  @Test func whatIsLeftOutIsNamed() async throws {
    let outcome = try await generate("nginx.conf", Self.paid, "nginx.conf#paid")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("hash $host$uri consistent;"))
    let notes =
      outcome.errors.split(separator: "\n").filter { $0.contains("left out") }.map(String.init)
    #expect(
      notes == [
        "chash: left out: slow-start of '10.0.0.1': only the commercial version of nginx has slow_start",
        "chash: left out: queue: queue is part of the commercial version, and open source nginx refuses it",
      ])
    let strict = try await generate("nginx.conf", Self.paid, "nginx.conf#paid", "--strict")
    #expect(strict.status == 1 && strict.output.isEmpty)
    #expect(
      strict.errors.hasSuffix(
        "Error: nginx.conf#paid: 2 parameters would be left out; nothing was written because of "
          + "--strict\n"))
  }

  private static let haproxy = """
    backend app
      balance hash req.cook(user)
      hash-type consistent
      cookie S insert
      default-server check maxconn 20
      server web1 10.0.0.1:80 id 7
      server web2 10.0.0.2:80 backup weight 3

    """

  @Test func backendsBecomeUpstreams() async throws {
    #expect(
      try await generate("a.cfg", Self.haproxy, "a.cfg", "--algorithm", "nginx")
        == .init(
          output: """
            # app: 2 servers, hash consistent; written by chash.
            upstream app {
                server 10.0.0.1:80;  # web1
                server 10.0.0.2:80 weight=3 backup;  # web2

                hash $cookie_user consistent;
            }

            """,
          errors: """
            chash: left out: check of 'web1', 'web2': nginx has no such parameter of server
            chash: left out: haproxy-id of 'web1': nginx has no such parameter of server
            chash: left out: maxconn of 'web1', 'web2': nginx has no such parameter of server
            chash: left out: cookie: nginx has no such directive

            """))
    #expect(
      try await generate("a.cfg", Self.haproxy, "a.cfg")
        == .init(
          1,
          errors:
            "Error: a.cfg:1: nginx does not place keys by 'haproxy-consistent'; use one of nginx, "
            + "nginx-hash, nginx-ip-hash, nginx-split-clients; nginx is its 'hash KEY consistent'\n"
        ))
  }

  /// The document of an upstream says as much as the upstream.
  @Test func documentsOfUpstreamsAreGeneratedAlike() async throws {
    try await Folder.with(["nginx.conf": Self.nginx]) { (folder: Folder) async throws in
      for name in ["app", "ip", "db", "$variant"] {
        let direct = try await ChashProgram.run(
          ["generate", "nginx", "nginx.conf#\(name)"], in: folder)
        let document = try await ChashProgram.run(["inspect", "nginx.conf#\(name)"], in: folder)
        try folder.write("a.yaml", document.output)
        let generated = try await ChashProgram.run(["generate", "nginx", "a.yaml"], in: folder)
        #expect(direct.status == 0 && generated.status == 0, "\(generated)")
        #expect(direct.output == generated.output)
      }
    }
  }
}
