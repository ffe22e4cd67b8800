import Configurations
import Testing
import TwemproxyConfiguration

/// This library takes what twemproxy takes, and refuses what it refuses.
@Suite struct TwemproxyVerdictTests {
  static func isAccepted(_ text: String) -> Bool {
    let reading = try? TwemproxyReader().pools(in: Array(text.utf8), file: "a.yml")
    return reading?.isAccepted ?? false
  }

  @Test func agreesWithTwemproxyOnEveryCase() async throws {
    let cases = TwemproxyVerdicts.all
    var different: [String] = []
    var accepted = 0
    for start in stride(from: 0, to: cases.count, by: 8) {
      let batch = cases[start..<min(start + 8, cases.count)]
      try await withThrowingTaskGroup(of: (String, Bool).self) { group in
        for text in batch {
          group.addTask { (text, try await TwemproxyProgram.accepts(text)) }
        }
        for try await (text, isAccepted) in group {
          accepted += isAccepted ? 1 : 0
          if isAccepted != Self.isAccepted(text) {
            different.append("\(text.debugDescription): twemproxy says \(isAccepted)")
          }
        }
      }
    }
    #expect(
      different.isEmpty,
      "\(different.count) of \(cases.count):\n\(different.sorted().joined(separator: "\n"))")
    #expect(cases.count > 250)
    #expect(accepted > 80)
    #expect(cases.count - accepted > 120)
  }

  /// Every refusal names a line of the text and a remedy.
  @Test func everyRefusalHasAPlaceAndARemedy() throws {
    for text in TwemproxyVerdicts.all {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
      do {
        let reading = try TwemproxyReader().reading(
          of: Array(text.utf8), file: "a.yml", files: ConfigurationFiles([:]))
        for problem in reading.problems {
          #expect((1...lines).contains(problem.location.line), "\(text) \(problem)")
          #expect(problem.remedy?.isEmpty == false, "\(text) \(problem)")
        }
        // No part of a refused pool has a cluster.
        let refused = Set(reading.problems.map(\.location.line))
        for part in reading.clusters where refused.contains(part.location.line) {
          #expect(throws: NoCluster.self) { try part.cluster() }
        }
      } catch {
        #expect((1...lines).contains(error.location.line), "\(text) \(error)")
      }
    }
  }
}
