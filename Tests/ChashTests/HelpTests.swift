import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct HelpTests {
  static let commands: [[String]] = [
    [], ["generate"], ["generate", "nginx"], ["lookup"], ["remap"], ["balance"], ["inspect"],
    ["algorithms"], ["explain-cookie"],
    ["lint"],
  ]

  /// Commands whose examples need files of their own, which their own tests have.
  static let others: [[String]] = [["verify"], ["rollout"], ["adopt"]]

  @Test(arguments: commands + others) func everyCommandHasHelp(_ command: [String]) async throws {
    try await Folder.with { (folder: Folder) async throws in
      let help = try await ChashProgram.run(command + ["--help"], in: folder)
      #expect(help.status == 0 && help.errors.isEmpty)
      #expect(help.output.contains("USAGE: chash"))
      #expect(help.output.contains(command.isEmpty ? "sessions.yaml" : "\n  $ chash \(command[0])"))
      let wide = help.output.split(separator: "\n").filter { $0.count > 82 }
      #expect(wide.isEmpty, "\(wide)")
    }
  }

  /// Every example that shows its output shows the true one.
  @Test func examplesAreTrue() async throws {
    let configuration = """
      http {
        upstream app {
          hash $arg_u consistent;
          server 10.0.0.1:8080;
          server 10.0.0.2:8080 weight=2;
        }
      }

      """
    try await Folder.with(["nginx.conf": configuration]) { (folder: Folder) async throws in
      let root = try await ChashProgram.run(["--help"], in: folder).output
      for line in Folder.sessions.split(separator: "\n") { #expect(root.contains(line)) }
      var shown = 0
      for command in Self.commands {
        let help = try await ChashProgram.run(command + ["--help"], in: folder).output
        for part in help.components(separatedBy: "\n  $ chash ").dropFirst() {
          let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
          let arguments = lines[0].split(separator: " ").map(String.init)
          var example: [Substring] = []
          for line in lines.dropFirst() {
            guard line.isEmpty || line.hasPrefix("  ") else { break }
            example.append(line.dropFirst(2))
          }
          while example.last?.isEmpty == true { example.removeLast() }
          let real = try await ChashProgram.run(arguments, in: folder)
          #expect(real.status == 0 && real.errors.isEmpty, "\(arguments) \(real)")
          if example.isEmpty {
            #expect(real.output.isEmpty, "\(arguments)")
          } else {
            shown += 1
            #expect(real.output == example.joined(separator: "\n") + "\n", "\(arguments)")
          }
        }
      }
      #expect(shown == 8)
    }
  }

  @Test func everyAlgorithmIsListedAndDescribed() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let list = try await ChashProgram.run(["algorithms"], in: folder)
      #expect(list.status == 0 && list.errors.isEmpty)
      for rule in RuleCatalogue.all {
        #expect(list.output.contains("\n\(rule.name) "), "\(rule.name)")
        let one = try await ChashProgram.run(["algorithms", rule.name], in: folder)
        #expect(one.status == 0 && one.output.hasPrefix("\(rule.name): "))
        for option in rule.options + rule.nodeProperties {
          #expect(one.output.contains("\n\(option.name) "), "\(rule.name) \(option.name)")
        }
        for promise in ["weights ", "identity ", "order ", "changes ", "down "] {
          #expect(one.output.contains("\n\(promise)"), "\(rule.name) \(promise)")
        }
      }
    }
  }

  @Test func versionAndBareNameAreNoErrors() async throws {
    try await Folder.with { (folder: Folder) async throws in
      let version = try await ChashProgram.run(["--version"], in: folder)
      #expect(version == .init(output: "0.1.0\n"))
      let bare = try await ChashProgram.run([], in: folder)
      let help = try await ChashProgram.run(["--help"], in: folder)
      #expect(bare == help)
    }
  }
}
