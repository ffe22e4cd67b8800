import Foundation
import Subprocess

/// The command-line tool as it was built together with these tests.
struct Chash: Sendable {
  /// An environment in which `chash` is found, and no other one.
  private let environment: Environment

  enum Failure: Error, CustomStringConvertible {
    case notBuilt([String])
    case failed(arguments: [String], message: String)
    case unexpectedOutput(String)

    var description: String {
      switch self {
      case .notBuilt(let folders):
        "chash is in none of \(folders.joined(separator: ", ")); run the tests with `swift test`"
      case .failed(let arguments, let message):
        "chash \(arguments.joined(separator: " ")) failed: \(message)"
      case .unexpectedOutput(let line): "chash printed '\(line)'"
      }
    }
  }

  static func find() throws -> Self {
    // On Linux the test bundle is the program; on macOS it is loaded by another one.
    let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
    let program = URL(fileURLWithPath: CommandLine.arguments[0])
    let folders = (bundles.map(\.bundleURL) + [Bundle.main.bundleURL, program])
      .flatMap { [$0.deletingLastPathComponent().path, $0.path] }
    guard
      let folder = folders.first(where: {
        FileManager.default.isExecutableFile(atPath: $0 + "/chash")
      })
    else { throw Failure.notBuilt(folders) }
    return Self(environment: .inherit.updating(["PATH": folder]))
  }

  /// What `chash` prints.
  @discardableResult
  func callAsFunction(_ arguments: String...) async throws -> [UInt8] {
    try await self(arguments)
  }

  @discardableResult
  func callAsFunction(_ arguments: [String]) async throws -> [UInt8] {
    let result = try await Subprocess.run(
      .name("chash"), arguments: Arguments(arguments), environment: environment,
      output: .bytes(limit: 100_000_000), error: .string(limit: 65_536))
    guard result.terminationStatus.isSuccess else {
      throw Failure.failed(arguments: arguments, message: result.standardError)
    }
    return result.standardOutput
  }

  /// What `chash` prints, and how it ends.
  func run(_ arguments: String...) async throws -> (status: Int32, output: [UInt8]) {
    let result = try await Subprocess.run(
      .name("chash"), arguments: Arguments(arguments), environment: environment,
      output: .bytes(limit: 100_000_000), error: .string(limit: 65_536))
    guard case .exited(let status) = result.terminationStatus else {
      throw Failure.failed(arguments: arguments, message: result.standardError)
    }
    return (status, result.standardOutput)
  }
}
