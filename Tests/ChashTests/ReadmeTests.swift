import Foundation
import Testing

/// What the README shows is what the program prints, run in the folder of the examples.
@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A command of the README and the output below it; empty if the README leaves it out.
  struct Example {
    var arguments: [String]
    var output: [String]
  }

  private static func examples() throws -> [Example] {
    let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    var examples: [Example] = []
    var isInside = false
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") {
        isInside = line == "```console"
      } else if isInside, line.hasPrefix("$ ") {
        let words = line.dropFirst(2).split(separator: " ").map(String.init)
        examples.append(Example(arguments: words, output: []))
      } else if isInside {
        examples[examples.count - 1].output.append(line)
      }
    }
    return examples.filter { $0.arguments.first == "chash" }
  }

  @Test func examplesAreTrue() async throws {
    let examples = try Self.examples()
    #expect(examples.count >= 7)
    try await Folder.with { (folder: Folder) async throws in
      for name in ["sessions.yaml", "access.log"] {
        let url = Self.root.appending(path: "Examples/\(name)")
        try folder.write(name, Array(try Data(contentsOf: url)))
      }
      try FileManager.default.createDirectory(
        atPath: folder.file("old"), withIntermediateDirectories: false)
      try FileManager.default.createDirectory(
        atPath: folder.file("new"), withIntermediateDirectories: false)
      for (path, servers) in [("old", "server a; server b;"), ("new", "server a; server c;")] {
        try folder.write(
          "\(path)/nginx.conf",
          "http { upstream app { hash $cookie_sid consistent; \(servers) } }\n")
      }
      try folder.write("session-ids.txt", "one\ntwo\nthree\n")
      try folder.write(
        "haproxy.cfg",
        "backend app\n  mode http\n  balance url_param sid\n  hash-type consistent\n"
          + "  server a 10.0.0.1:80\n  server b 10.0.0.2:80\n")
      for example in examples {
        let outcome = try await ChashProgram.run(
          Array(example.arguments.dropFirst()), in: folder)
        #expect(outcome.status == 0, "\(example.arguments) \(outcome)")
        if !example.output.isEmpty {
          #expect(
            outcome.output == example.output.joined(separator: "\n") + "\n",
            "\(example.arguments)")
        }
      }
    }
  }
}
