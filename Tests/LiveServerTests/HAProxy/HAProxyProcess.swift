import Foundation
import Subprocess

/// An HAProxy of the tests' own: one process, in the foreground, whose files are in a folder that goes
/// away with it.
enum HAProxyProcess {
  enum StartError: Error, CustomStringConvertible {
    case missing
    case rejected(configuration: String, message: String)
    case notReady

    var description: String {
      switch self {
      case .missing:
        "haproxy is not installed; run `make test`, or scripts/install-packages test before the tests"
      case .rejected(let configuration, let message):
        "haproxy -c rejects the configuration: \(message)\n\(configuration.prefix(4_000))"
      case .notReady: "haproxy does not answer"
      }
    }
  }

  /// Runs an HAProxy that passes what comes to an address on to servers, for as long as the closure
  /// takes, and stops it by its process identifier however the closure ends.
  ///
  /// The closure starts when HAProxy answers a request with a word that only this process knows.
  ///
  /// - Parameters:
  ///   - backend: The lines that say how a server is chosen, and the servers.
  ///   - body: Asks the address.
  static func run<Result: Sendable>(
    _ backend: [String], _ body: (IPv4Address) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let host = IPv4Address(127, 0, 0, 3)
      let front = host.with(port: try LoopbackPorts.free(on: [host]))
      let control = IPv4Address(127, 0, 0, 4)
      let ready = control.with(port: try LoopbackPorts.free(on: [control]))
      let word = String(folder.path.split(separator: "/").last ?? "")
      let text = configuration(backend, front: front, ready: ready, word: word)
      let file = try folder.write(text, to: "haproxy.cfg")
      try await check(file, text)

      var options = PlatformOptions()
      options.teardownSequence = stop
      return try await Subprocess.run(
        .name("haproxy"), arguments: ["-db", "-q", "-f", file], environment: environment,
        platformOptions: options, input: .none, output: .discarded, error: .discarded
      ) { execution in
        do {
          try await waitUntilReady(at: ready, word)
        } catch {
          await execution.teardown(using: [])
          throw error
        }
        let result = try await body(front)
        await execution.teardown(using: stop)
        return result
      }.closureResult
    }
  }

  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "")
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
  ])

  /// Asks HAProxy to end, and ends it if it has not.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
  ]

  private static func configuration(
    _ backend: [String], front: IPv4Address, ready: IPv4Address, word: String
  ) -> String {
    """
    global
      maxconn 1000
      nbthread 1
    defaults
      mode http
      option accept-invalid-http-request
      timeout connect 5s
      timeout client 30s
      timeout server 30s
    frontend ready
      bind \(ready)
      http-request return status 200 content-type text/plain string "\(word)"
    listen live
      bind \(front)
    \(backend.map { "  \($0)" }.joined(separator: "\n"))

    """
  }

  private static func check(_ file: String, _ text: String) async throws {
    do {
      let check = try await Subprocess.run(
        .name("haproxy"), arguments: ["-c", "-q", "-f", file], environment: environment,
        output: .discarded, error: .string(limit: 65_536))
      guard check.terminationStatus.isSuccess else {
        throw StartError.rejected(configuration: text, message: check.standardError)
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw StartError.missing
    }
  }

  private static func waitUntilReady(at address: IPv4Address, _ word: String) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    let client = HTTPClient(front: address, connections: 1, patience: .milliseconds(200))
    while ContinuousClock.now < deadline {
      let answers = try? await blocking { try client.ask([[]], by: .none) }
      if answers?.first?.body == word { return }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw StartError.notReady
  }
}
