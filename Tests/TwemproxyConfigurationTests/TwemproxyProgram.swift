import Foundation
import Subprocess

/// The installed twemproxy, asked whether it takes a configuration (`nutcracker -t`).
///
/// Nothing is started and nothing is bound.
enum TwemproxyProgram {
  /// Where to look: Debian keeps it out of the path of ordinary users.
  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "")
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
  ])

  /// Whether twemproxy takes a text.
  static func accepts(_ text: String) async throws -> Bool {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("twemproxy-test-\(UInt64.random(in: 0 ... .max)).yml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try await run(
      .name("nutcracker"), arguments: ["-t", "-c", file.path], environment: environment,
      output: .discarded, error: .discarded)
    return result.terminationStatus.isSuccess
  }
}
