import ArgumentParser
import ConsistentHashing
import ProxyProfiles

/// The root command: one file per subcommand in `Commands/`.
@main struct Chash: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chash",
    abstract: "Consistent hashing for people who run proxies.",
    discussion: """
      Writes nginx upstreams, shows the server of a key, and measures what a scale event moves, \
      before you make it.

      A cluster is a YAML document, say sessions.yaml, or an upstream of an nginx configuration, say \
      nginx.conf#sessions. A document:

        name: sessions
        algorithm: nginx
        key: cookie:user
        nodes:
          - { address: 10.0.0.1:8080 }
          - { id: web-2, address: 10.0.0.2:8080, weight: 2 }

      Algorithms:
      \(RuleCatalogue.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))
      """,
    version: "0.1.0",
    subcommands: [
      GenerateCommand.self, LookupCommand.self, RemapCommand.self, BalanceCommand.self,
      VerifyCommand.self, RolloutCommand.self, ExplainCookieCommand.self, LintCommand.self,
      InspectCommand.self, AdoptCommand.self, AlgorithmsCommand.self,
    ]
  )

  static func main() {
    reserveStandardDescriptors()
    ignoreSignalsOfWriting()
    keepFreedMemory()
    do {
      var command = try parseAsRoot(try Arguments.given())
      let limit = try MemoryLimit.ofEnvironment()
      try PlacementRule.$memoryLimit.withValue(limit) { try command.run() }
    } catch is ClosedPipe {
      // The reader has seen enough, as in `chash lookup … | head`.
      exit()
    } catch {
      end(with: error)
    }
  }

  /// Prints an error, or the help that was asked for, and ends.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    let text = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
      .map { printable(String($0)) }.joined(separator: "\n")
    if !text.isEmpty {
      let file = code.isSuccess ? FileDescriptor.standardOutput : FileDescriptor.standardError
      do {
        try file.write(Array(text.utf8) + [UInt8(ascii: "\n")])
      } catch let failure as CommandError {
        Notes.write("Error: \(failure)\n")
        exit(withError: ExitCode.failure)
      } catch {
        exit()
      }
    }
    exit(withError: code)
  }
}
