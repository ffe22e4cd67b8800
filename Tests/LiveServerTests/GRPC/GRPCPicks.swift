import Foundation
import Subprocess

/// A program in Python that starts servers of gRPC and asks one client of them which it picks.
struct GRPCPicks {
  /// The sizes of the ring; nil where gRPC's own count.
  struct Sizes {
    var minimum: Int?
    var maximum: Int?
    var cap: Int?

    /// As the program reads them.
    fileprivate var fields: [String: Int] {
      ["minRingSize": minimum, "maxRingSize": maximum, "cap": cap].compactMapValues { $0 }
    }

    /// As a profile reads them.
    var options: [String: String] {
      ["minimum-ring-size": minimum, "maximum-ring-size": maximum, "ring-size-cap": cap]
        .compactMapValues { $0.map(String.init) }
    }
  }

  enum Failure: Error, CustomStringConvertible {
    case noSource
    case failed(String)

    var description: String {
      switch self {
      case .noSource: "grpc-picks.py is not among the resources of these tests"
      case .failed(let message):
        "grpc-picks.py: \(message)\nAfter a change of Python's version delete the folder "
          + "\(Program.grpc.path) and run scripts/install-programs"
      }
    }
  }

  /// The addresses that gRPC picks for keys, with those that refuse among the addresses it is given.
  static func answers(
    _ addresses: [String], refusing: [String], _ sizes: Sizes, for keys: [[UInt8]]
  ) async throws -> [String] {
    guard
      let source = Bundle.module.url(
        forResource: "GRPCProgram/grpc-picks", withExtension: "py")
    else { throw Failure.noSource }
    var options: [String: Any] = sizes.fields
    options["refusing"] = refusing
    let json = try JSONSerialization.data(withJSONObject: options)
    let modules = "\(Program.grpc.path):\(Program.typingExtensions.path)"
    do {
      let result = try await run(
        .name("python3"),
        arguments: Arguments(
          ["-B", source.path, String(decoding: json, as: UTF8.self)] + addresses),
        environment: .inherit.updating(["PYTHONPATH": modules]),
        input: .array(keys.flatMap { $0 + [0x0A] }), output: .string(limit: 10_000_000),
        error: .string(limit: 65_536))
      let answers = result.standardOutput.split(separator: "\n").map(String.init)
      guard result.terminationStatus.isSuccess, answers.count == keys.count else {
        throw Failure.failed("\(answers.count) answers; \(result.standardError)")
      }
      return answers
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: "python3")
    }
  }
}
