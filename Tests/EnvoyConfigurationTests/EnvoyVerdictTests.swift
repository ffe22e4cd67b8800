import Configurations
import EnvoyConfiguration
import Foundation
import Testing

/// This library takes what Envoy takes, and refuses what it refuses.
///
/// `verdicts.json` was recorded from Envoy 1.40.0: `envoy --mode validate -c FILE` for each text.
@Suite struct EnvoyVerdictTests {
  private struct Verdict: Decodable {
    let text: String
    let accepted: Bool
  }

  private static func verdicts() throws -> [Verdict] {
    let file = try #require(
      Bundle.module.url(forResource: "verdicts", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([Verdict].self, from: Data(contentsOf: file))
  }

  private static func problem(_ text: String) -> String? {
    do {
      let reading = try EnvoyReader().reading(
        of: Array(text.utf8), file: "e.yaml", files: ConfigurationFiles([:]))
      return reading.problems.first { $0.severity == .error }?.description
    } catch {
      return error.description
    }
  }

  @Test func agreesWithEnvoyOnEveryCase() throws {
    let verdicts = try Self.verdicts()
    let different = verdicts.compactMap { verdict -> String? in
      let problem = Self.problem(verdict.text)
      return (problem == nil) == verdict.accepted
        ? nil : "\(verdict.text)\n  Envoy: \(verdict.accepted), here: \(problem ?? "accepted")"
    }
    #expect(
      different.isEmpty,
      "\(different.count) of \(verdicts.count):\n\(different.joined(separator: "\n"))")
    #expect(verdicts.count > 130)
    #expect(verdicts.count(where: \.accepted) > 50)
    #expect(verdicts.count(where: { !$0.accepted }) > 50)
  }
}
