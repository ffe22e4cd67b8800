import Foundation
import Testing

/// `generate nginx --in-place` changes one block of a configuration and no other byte.
@Suite struct InPlaceTests {
  static let head = "# mine\r\nuser nginx;\nhttp {\n\t# keep me\n\t"
  static let block = """
    upstream app { # cart
    \t\thash $cookie_user consistent;
    \t\tzone app 64k; keepalive 16;
    \t\tserver 10.0.0.1:8080 max_fails=3;   # old
    \t\tserver 10.0.0.2:8080 max_fails=4;
    \t}
    """
  static let tail =
    "   # after\n\tupstream other { server a; }\n\tserver { listen 80; }\n}\n# no line feed"
  static let cluster = """
    name: app
    algorithm: nginx
    key: cookie:user
    nodes:
      - { address: 10.0.0.1:8080 }
      - { address: 10.0.0.3:8080, weight: 2 }

    """

  @Test func everyOtherByteIsKept() async throws {
    try await Folder.with([
      "nginx.conf": Self.head + Self.block + Self.tail, "c.yaml": Self.cluster,
    ]) {
      (folder: Folder) async throws in
      _ = try await ChashProgram.shell(
        "ln -s nginx.conf link.conf; chmod 640 nginx.conf", in: folder)
      let edited = try await ChashProgram.run(
        ["generate", "nginx", "c.yaml", "--in-place", "link.conf"], in: folder)
      #expect(
        edited
          == .init(errors: "chash: link.conf:5: the block is replaced, every other byte is kept\n"))
      let text = try await ChashProgram.shell("cat nginx.conf", in: folder).output
      #expect(text.hasPrefix(Self.head) && text.hasSuffix(Self.tail))
      let middle = text.dropFirst(Self.head.count).dropLast(Self.tail.count)
      #expect(
        middle == """
          upstream app {
          \t    hash $cookie_user consistent;
          \t    zone app 64k;

          \t    server 10.0.0.1:8080 max_fails=3;
          \t    server 10.0.0.3:8080 weight=2;

          \t    keepalive 16;
          \t}
          """)
      // What is there now is what the cluster says, so a second time changes nothing.
      for cluster in ["c.yaml", "nginx.conf#app"] {
        let again = try await ChashProgram.run(
          ["generate", "nginx", cluster, "--in-place", "nginx.conf"], in: folder)
        #expect(again.status == 0 && again.errors.contains("the block says so already"), "\(again)")
      }
      let state = try await ChashProgram.shell(
        "cat nginx.conf; stat -c %a nginx.conf; ls -A", in: folder)
      #expect(state.output.hasPrefix(text) && state.output.contains("640\n"))
      #expect(state.output.contains("link.conf") && !state.output.contains(".chash-"))
    }
  }

  /// Nothing is changed if the block is not there, or there twice, or the cluster cannot be written.
  @Test func mistakesChangeNothing() async throws {
    let files = [
      "none.conf": "events {}\nhttp { upstream b { server a; } }\n",
      "twice.conf": "http { upstream app { server a; } }\nstream { upstream app { server a; } }\n",
      "broken.conf": "http { upstream app { server a; \n",
      "haproxy.conf": Self.head + Self.block + Self.tail,
    ]
    let jump = Self.cluster.replacingOccurrences(of: "algorithm: nginx", with: "algorithm: jump")
    try await Folder.with(files.merging(["c.yaml": Self.cluster, "jump.yaml": jump]) { $1 }) {
      (folder: Folder) async throws in
      for (cluster, file, problem) in [
        ("c.yaml", "none.conf", "none.conf has no upstream 'app'; name the cluster as one of b"),
        ("c.yaml", "twice.conf", "twice.conf has 2 times upstream 'app'"),
        ("c.yaml", "broken.conf", "unexpected end of file"),
        ("c.yaml", "missing.conf", "missing.conf: cannot be read"),
        ("jump.yaml", "haproxy.conf", "nginx does not place keys by 'jump'"),
      ] {
        let outcome = try await ChashProgram.run(
          ["generate", "nginx", cluster, "--in-place", file], in: folder)
        #expect(outcome.status == 1 && outcome.output == "", "\(file): \(outcome)")
        #expect(outcome.errors.contains(problem), "\(file): \(outcome)")
      }
      let usage = try await ChashProgram.run(
        ["generate", "nginx", "c.yaml", "--in-place", "none.conf", "--output", "x"], in: folder)
      #expect(usage.status == 64 && usage.errors.contains("give one of them"))
      for (file, text) in files {
        #expect(try await ChashProgram.shell("cat \(file)", in: folder).output == text, "\(file)")
      }
    }
  }

  /// A split_clients block is found by its variable, and the file is what nginx takes.
  @Test func partsOfRequests() async throws {
    let conf = "events {}\nhttp {\n  split_clients $remote_addr $v { 50% a; * b; }\n}\n"
    try await Folder.with(["nginx.conf": conf]) { (folder: Folder) async throws in
      let document = try await ChashProgram.run(["inspect", "nginx.conf#$v"], in: folder).output
      try folder.write("v.yaml", Array(document.replacingOccurrences(of: "50%", with: "20%").utf8))
      let edited = try await ChashProgram.run(
        ["generate", "nginx", "v.yaml", "--in-place", "nginx.conf"], in: folder)
      #expect(edited.status == 0, "\(edited)")
      let text = try await ChashProgram.shell("cat nginx.conf", in: folder).output
      #expect(text.hasPrefix("events {}\nhttp {\n  split_clients $remote_addr $v {\n"))
      #expect(text.hasSuffix("\n  }\n}\n") && text.contains("20%") && !text.contains("50%"))
    }
  }
}
