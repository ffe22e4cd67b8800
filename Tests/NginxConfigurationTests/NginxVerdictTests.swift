import Configurations
import NginxConfiguration
import Testing

/// This library says what nginx says.
@Suite struct NginxVerdictTests {
  /// Messages about what this library does not judge: whether directives outside of upstreams and
  /// variables exist, and whether names resolve.
  static let notJudged = ["host not found in upstream", "unknown \"", "unknown directive"]

  /// What differs between a reading and a verdict; nil if they agree.
  static func difference(
    _ bytes: [UInt8], in context: NginxContext, from verdict: NginxProgram.Verdict,
    version: NginxVersion
  ) -> String? {
    let reader = NginxReader(files: ConfigurationFiles(["/part.conf": bytes]), version: version)
    var warnings = 0
    var error: String?
    var isSyntax = false
    do {
      let reading = try reader.upstreams(in: "/part.conf", place: .inside(context))
      let first = reading.problems.first { $0.severity != .warning }
      error = first.map { "\($0.message) in \($0.location)" }
      warnings = reading.problems.count { $0.message == "load balancing method redefined" }
      // nginx names the place of an upstream in these messages, and no second one.
      if let first,
        first.message.hasSuffix("\(first.location)")
          || first.message.hasPrefix("zero size")
      {
        error = first.message
      }
    } catch let failure {
      error = "\(failure.message) in \(failure.location)"
      isSyntax = true
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let isElsewhere = !verdict.accepted && notJudged.contains(where: verdict.messages.contains)
    guard verdict.accepted == (error == nil) else {
      if isElsewhere { return nil }
      return "\(context) \(text.prefix(200))\n  here: \(error ?? "accepted")\n"
        + "  nginx: \(verdict.messages)"
    }
    // nginx checks a directive before it reads the next one, this library the structure of a whole
    // file before its directives. nginx also cuts its own messages, and writes bytes as they are.
    if isElsewhere || (isSyntax && verdict.isAboutDirective) { return nil }
    if let error, !verdict.messages.contains(error), error.utf8.count < 1500,
      !error.contains("\u{FFFD}"), !error.contains("\0")
    {
      return "\(context) \(text.prefix(200))\n  here: \(error)\n  nginx: \(verdict.messages)"
    }
    let warned = verdict.messages.split(separator: "load balancing method redefined").count > 1
    if verdict.accepted, warned != (warnings > 0) {
      return "\(context) \(text.prefix(200))\n  warnings: \(warnings)\n  nginx: \(verdict.messages)"
    }
    return nil
  }

  @Test func agreesWithNginxOnEveryCase() async throws {
    let nginx = try await NginxProgram()
    let cases = NginxVerdicts.all
    var different: [String] = []
    var accepted = 0
    var next = 0
    while next < cases.count {
      let batch = cases[next..<min(next + 4, cases.count)]
      next += batch.count
      try await withThrowingTaskGroup(of: (Bool, String?).self) { group in
        for item in batch {
          group.addTask {
            let verdict = try await nginx.test(bytes: item.bytes, in: item.context)
            return (
              verdict.accepted,
              Self.difference(
                item.bytes, in: item.context, from: verdict, version: nginx.version)
            )
          }
        }
        for try await (isAccepted, difference) in group {
          accepted += isAccepted ? 1 : 0
          if let difference { different.append(difference) }
        }
      }
    }
    #expect(
      different.isEmpty,
      "\(different.count) of \(cases.count):\n\(different.joined(separator: "\n"))")
    #expect(cases.count > 500)
    #expect(accepted > 150)
    #expect(cases.count - accepted > 250)
  }
}
