import Foundation
import Subprocess

/// A program in C that asks libmemcached where keys go, compiled when it is needed.
///
/// As a target of the package it would make libmemcached necessary to build the library.
struct LibmemcachedProgram {
  /// One client, and the servers that it is given.
  struct Trial {
    enum Mode: String {
      /// Where each key would go.
      case pick
      /// Whether each key could be stored.
      case store
    }

    var distribution: String
    /// A name that the library's own settings have, or `-` for what the distribution sets.
    var hash = "-"
    /// Whether servers are added `before` or `after` the distribution is set, or sorted (`sort`).
    var order = "before"
    var mode = Mode.pick
    var servers: [LibmemcachedShape.Server]

    /// The trial as the program reads it.
    var lines: String {
      let servers = servers.map { server in
        let kind = server.isDead ? "dead" : "server"
        return "\(kind) \(server.host) \(server.port) \(server.weight)\n"
      }
      return "trial \(distribution) \(hash) \(order) \(mode)\n\(servers.joined())end\n"
    }
  }

  enum Failure: Error, CustomStringConvertible {
    case noSource
    case missing
    case notCompiled(String)
    case failed(String)

    var description: String {
      switch self {
      case .noSource: "libmemcached-picks.c is not among the resources of these tests"
      case .missing: "gcc is not installed; \(Self.remedy)"
      case .notCompiled(let message): "libmemcached-picks.c: \(message); \(Self.remedy)"
      case .failed(let message): message
      }
    }

    private static let remedy = "run `make test`, or scripts/install-packages test before the tests"
  }

  private static let name = "libmemcached-picks"

  private let folder: TemporaryFolder

  /// Compiles the program into a folder.
  init(in folder: TemporaryFolder) async throws {
    guard
      let source = Bundle.module.url(
        forResource: "Program/\(Self.name)", withExtension: "c")
    else { throw Failure.noSource }
    self.folder = folder
    do {
      let compiler = try await run(
        .name("gcc"), arguments: ["-O2", "-o", folder[Self.name], source.path, "-lmemcached"],
        output: .discarded, error: .string(limit: 65_536))
      guard compiler.terminationStatus.isSuccess else {
        throw Failure.notCompiled(compiler.standardError)
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw Failure.missing
    }
  }

  /// What the program answers: for each trial one byte a key.
  func answers(to trials: [Trial], for keys: [[UInt8]]) async throws -> [ArraySlice<UInt8>] {
    let bytes = keys.flatMap { [UInt8($0.count & 0xFF), UInt8($0.count >> 8)] + $0 }
    let file = try folder.write(bytes, to: "keys")
    let input = Array(trials.map(\.lines).joined().utf8)
    let result = try await run(
      .name(Self.name), arguments: [file],
      environment: .inherit.updating(["PATH": folder.path]), input: .array(input),
      output: .bytes(limit: trials.count * keys.count + 1), error: .string(limit: 65_536))
    let answers = result.standardOutput
    guard result.terminationStatus.isSuccess, answers.count == trials.count * keys.count else {
      throw Failure.failed("\(answers.count) answers; \(result.standardError)")
    }
    return trials.indices.map { answers[$0 * keys.count..<($0 + 1) * keys.count] }
  }
}
