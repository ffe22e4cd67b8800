import Foundation
import Testing

/// Folders, several files, the output of `nginx -T`, includes of another machine, and files whose names say
/// something else than their lines.
@Suite struct WholeConfigurationTests {
  private static let folders = [
    "etc.conf": "http { include /srv/site/*.conf; }\n",
    "upstream.conf": "upstream x { ip_hash; server 10.0.0.1; server 10.0.0.2; }\n",
    "00.cfg": "defaults\n balance source\n", "b.cfg": "backend b\n server s1 10.0.0.1:80\n",
    "indented": "    backend rooms\n        balance source\n        server m 192.0.2.1:80\n",
    "indented.conf": "    backend rooms\n        balance source\n        server m 192.0.2.1:80\n",
    "other.cfg": "# of the site\n\n  upstream x { ip_hash;\n    server 10.0.0.1; }\n",
    "neither.conf": "foo bar\n",
  ]

  /// Runs lines of shell, each in a folder with all the files.
  private static func shell(_ line: String) async throws -> ChashProgram.Outcome {
    var outcome = ChashProgram.Outcome()
    try await Folder.with(folders) { (folder: Folder) async throws in
      outcome = try await ChashProgram.shell(line, in: folder)
    }
    return outcome
  }

  @Test func foldersAndSeveralFilesAreOneConfiguration() async throws {
    for line in [
      "mkdir d; cp 00.cfg b.cfg d; mkdir d/x.cfg; \"$CHASH\" inspect d",
      "\"$CHASH\" inspect 00.cfg,b.cfg", "mkdir d; mv b.cfg d; \"$CHASH\" inspect 00.cfg,d",
    ] {
      let outcome = try await Self.shell(line)
      #expect(
        outcome.status == 0 && outcome.output.contains("algorithm: haproxy-map"), "\(outcome)")
    }
    let swapped = try await Self.shell("\"$CHASH\" lookup b.cfg,00.cfg#b 192.0.2.1")
    #expect(
      swapped.status == 1 && swapped.errors.contains("b.cfg:1: backend 'b' picks servers by state"))
    let site = try await Self.shell("mkdir d; cp upstream.conf d; \"$CHASH\" lookup d#x 192.0.2.1")
    #expect(site.status == 0 && site.errors.isEmpty, "\(site)")
    let both = try await Self.shell("mkdir d; cp upstream.conf b.cfg d; \"$CHASH\" inspect d")
    #expect(
      both
        == .init(1, errors: "Error: d: has files of nginx and of HAProxy; name the ones to read\n"))
  }

  @Test func includesOfAnotherMachineAreFoundBelowARoot() async throws {
    let missing = try await Self.shell("\"$CHASH\" lookup etc.conf#x 192.0.2.1")
    #expect(
      missing
        == .init(
          1,
          errors: "Error: etc.conf: has no upstream 'x'; the file has none; etc.conf:1 includes "
            + "/srv/site/*.conf, which no file matches; say with --root which folder stands for / there\n"
        ))
    for root in ["--root r", "--root /srv=r/srv"] {
      let found = try await Self.shell(
        "mkdir -p r/srv/site; cp upstream.conf r/srv/site; \"$CHASH\" inspect etc.conf \(root)")
      #expect(found.status == 0 && found.errors.isEmpty, "\(found)")
      #expect(found.output.hasPrefix("# r/srv/site/upstream.conf:1: upstream x (http)"))
    }
  }

  @Test func aDumpMayComeFromStandardInput() async throws {
    for reference in ["-#x", "-"] {
      let outcome = try await Self.shell(
        "(echo '# configuration file /etc/nginx/nginx.conf:'; cat etc.conf; echo; "
          + "echo '# configuration file /srv/site/a.conf:'; cat upstream.conf) | \"$CHASH\" lookup "
          + "'\(reference)' 192.0.2.1")
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
    }
  }

  /// The lines of a file tell its system, and its name does so only where they do not.
  @Test func filesAreToldByTheirLines() async throws {
    let plain = try await Self.shell("\"$CHASH\" inspect indented")
    #expect(plain.status == 0 && plain.errors.isEmpty && plain.output.contains("backend rooms"))
    let named = try await Self.shell("\"$CHASH\" lookup indented.conf 192.0.2.1")
    #expect(named.status == 0)
    #expect(
      named.errors
        == "chash: indented.conf: note: read as HAProxy's, which its lines are like\n")
    let nginx = try await Self.shell("\"$CHASH\" lookup other.cfg 192.0.2.1")
    #expect(nginx.errors == "chash: other.cfg: note: read as nginx's, which its lines are like\n")
    let neither = try await Self.shell("\"$CHASH\" inspect neither.conf")
    #expect(neither.status == 1)
    #expect(
      neither.errors.hasSuffix(
        "; the file was read as nginx's, and is like no file of nginx, HAProxy, twemproxy, mcrouter or Envoy\n"
      ),
      "\(neither)")
  }
}
