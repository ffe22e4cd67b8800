import Foundation
import HAProxyConfiguration
import Subprocess
import Testing

/// The installed HAProxy, asked whether it takes a configuration (`haproxy -c`).
///
/// Nothing is started and nothing is bound.
struct HAProxyProgram {
  /// What `haproxy -c` said.
  struct Verdict {
    let accepted: Bool
    let messages: String
  }

  /// Where to look: Debian keeps HAProxy out of the path of ordinary users.
  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/local/sbin"
  ])

  /// Its version.
  let version: HAProxyVersion
  /// Its version as it prints it.
  let fullVersion: String

  /// Finds HAProxy.
  ///
  /// - Throws: An error that names the program, if it is not installed (`make test` does that).
  init() async throws {
    let built = try await run(
      .name("haproxy"), arguments: ["-v"], environment: Self.environment,
      output: .string(limit: 1 << 16), error: .discarded)
    let words = built.standardOutput.split(separator: " ")
    fullVersion = words.dropFirst(2).first.map(String.init) ?? ""
    version = try #require(
      HAProxyVersion(fullVersion), "haproxy -v: \(built.standardOutput)")
  }

  /// Asks about a file.
  ///
  /// - Parameter variables: Variables of the environment besides those of the tests.
  func check(_ bytes: [UInt8], variables: [String: String] = [:]) async throws -> Verdict {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("haproxy-test-\(UInt64.random(in: 0 ... .max)).cfg")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try await run(
      .name("haproxy"), arguments: ["-c", "-f", file.path],
      environment: Self.environment.updating(
        Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })
      ),
      output: .discarded, error: .bytes(limit: 1 << 20))
    // 2 says that there is nothing to listen on.
    let accepted = [.exited(0), .exited(2)].contains(result.terminationStatus)
    let messages = String(decoding: result.standardError, as: UTF8.self)
      .replacingOccurrences(of: file.path, with: "test.cfg")
    return Verdict(accepted: accepted, messages: messages)
  }
}
