import Foundation
import Subprocess

/// A server of the tests' own, in the foreground.
enum ServerProcess {
  enum StartError: Error, CustomStringConvertible {
    case notReady(program: String, log: String)

    var description: String {
      switch self {
      case .notReady(let program, let log): "\(program) does not answer; its log: \(log)"
      }
    }
  }

  /// Runs a server for as long as the closure takes, and stops it by its process identifier however the
  /// closure ends.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - arguments: What keeps it in the foreground, and its configuration.
  ///   - log: What it has said, for the error if it does not start.
  ///   - isReady: Whether it answers. A bound port would prove nothing: the answer holds a word that only
  ///     this process knows.
  ///   - body: Asks the server.
  static func run<Result: Sendable>(
    _ program: Program, _ arguments: [String], log: () -> String = { "" },
    until isReady: () async -> Bool, _ body: () async throws -> Result
  ) async throws -> Result {
    var options = PlatformOptions()
    options.teardownSequence = stop
    do {
      return try await Subprocess.run(
        program.executable, arguments: Arguments(arguments), environment: program.environment,
        platformOptions: options, input: .none, output: .discarded, error: .discarded
      ) { execution in
        let deadline = ContinuousClock.now + .seconds(20)
        while await !isReady() {
          guard ContinuousClock.now < deadline else {
            await execution.teardown(using: [])
            throw StartError.notReady(program: program.testDescription, log: log())
          }
          try await Task.sleep(for: .milliseconds(5))
        }
        let result = try await body()
        // When something throws, the options above stop it in the same way.
        await execution.teardown(using: stop)
        return result
      }.closureResult
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: program.testDescription)
    }
  }

  /// Asks a server to end, and ends it if it has not.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
  ]
}

extension HTTPClient {
  /// Whether an address answers with a word.
  static func doesAnswer(_ word: String, at address: IPv4Address) async -> Bool {
    let client = HTTPClient(front: address, connections: 1, patience: .milliseconds(200))
    let answers = try? await blocking { try client.ask([[]], by: .none) }
    return answers?.first?.body == word
  }
}

extension TemporaryFolder {
  /// A word that nobody else knows.
  var word: String { String(path.split(separator: "/").last ?? "") }
}
