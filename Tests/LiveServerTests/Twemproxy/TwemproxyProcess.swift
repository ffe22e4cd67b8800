import Foundation
import Subprocess

/// A twemproxy (nutcracker) of the tests' own, in the foreground, whose files are in a folder that goes
/// away with it.
enum TwemproxyProcess {
  enum StartError: Error, CustomStringConvertible {
    case missing
    case notReady(log: String, configuration: String)

    var description: String {
      switch self {
      case .missing:
        "nutcracker is not installed; run `make test`, or scripts/install-packages test before the tests"
      case .notReady(let log, let configuration):
        "nutcracker does not answer: \(log)\n\(configuration.prefix(4_000))"
      }
    }
  }

  /// Runs a twemproxy with one pool for as long as the closure takes, and stops it by its process
  /// identifier however the closure ends.
  ///
  /// The closure starts when the address takes connections and the page of statistics shows the pool,
  /// which has a name of its own.
  ///
  /// - Parameters:
  ///   - pool: The lines of the pool, without its name and address.
  ///   - body: Asks the address.
  static func run<Result: Sendable>(
    _ pool: [String], _ body: (IPv4Address) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let (host, control) = (IPv4Address(127, 0, 0, 6), IPv4Address(127, 0, 0, 7))
      let front = host.with(port: try LoopbackPorts.free(on: [host]))
      let statistics = control.with(port: try LoopbackPorts.free(on: [control]))
      let word = String(folder.path.split(separator: "/").last ?? "")
      let text = "\(word):\n  listen: \(front)\n" + pool.map { "  \($0)\n" }.joined()
      let file = try folder.write(text, to: "nutcracker.yml")

      var options = PlatformOptions()
      options.teardownSequence = stop
      do {
        return try await Subprocess.run(
          .name("nutcracker"),
          arguments: [
            "-c", file, "-o", folder["log"], "-a", control.host, "-s", "\(statistics.port)",
          ], environment: environment, platformOptions: options, input: .none,
          output: .discarded, error: .discarded
        ) { execution in
          do {
            try await waitUntilReady(at: front, statistics, word, folder)
          } catch {
            await execution.teardown(using: [])
            throw error
          }
          let result = try await body(front)
          await execution.teardown(using: stop)
          return result
        }.closureResult
      } catch let error as SubprocessError where error.code == .executableNotFound {
        throw StartError.missing
      }
    }
  }

  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "")
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
  ])

  /// Asks twemproxy to end, and ends it if it has not.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
  ]

  private static func waitUntilReady(
    at front: IPv4Address, _ statistics: IPv4Address, _ word: String, _ folder: TemporaryFolder
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    repeat {
      // The page is sent to every connection.
      let page = try? await blocking {
        _ = try Socket(to: front)
        let socket = try Socket(to: statistics, patience: .milliseconds(500))
        var bytes: [UInt8] = []
        while try socket.receive(into: &bytes) {}
        return String(decoding: bytes, as: UTF8.self)
      }
      if page?.contains("\"\(word)\"") == true { return }
      try await Task.sleep(for: .milliseconds(5))
    } while ContinuousClock.now < deadline
    throw StartError.notReady(
      log: folder.text(of: "log"), configuration: folder.text(of: "nutcracker.yml"))
  }
}
