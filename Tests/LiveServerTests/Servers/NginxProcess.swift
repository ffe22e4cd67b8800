import Foundation
import Subprocess

/// An nginx of the tests' own: one process, in the foreground, with everything it writes in a folder
/// that goes away with it.
struct NginxProcess: Sendable {
  let processIdentifier: Int32
  let folder: TemporaryFolder

  enum StartError: Error, CustomStringConvertible {
    case rejected(configuration: String, message: String)
    case addressInUse(log: String)
    case notReady(log: String)

    var description: String {
      switch self {
      case .rejected(let configuration, let message):
        "nginx -t rejects the configuration: \(message)\n\(configuration.prefix(4_000))"
      case .addressInUse(let log): "an address is taken: \(log)"
      case .notReady(let log): "nginx does not answer; its log: \(log)"
      }
    }
  }

  /// Runs nginx for as long as the closure takes, and stops it by its process identifier however the
  /// closure ends.
  ///
  /// The closure starts when nginx answers a request with a word that only this process knows: a
  /// bound port would prove nothing. `content` makes the blocks of the configuration and whatever the
  /// closure has to know about them; it is asked again, for other ports, if somebody took one in the
  /// meantime.
  static func withNginx<Context: Sendable, Result: Sendable>(
    _ program: Program = .nginx, attempts: Int = 3,
    _ content: (TemporaryFolder) throws -> (NginxBlocks, Context),
    _ body: (NginxProcess, Context) async throws -> Result
  ) async throws -> Result {
    let installation = try await NginxInstallation.find(program)
    for _ in 1..<attempts {
      do {
        return try await start(installation, content, body)
      } catch StartError.addressInUse {
        continue
      }
    }
    return try await start(installation, content, body)
  }

  private static func start<Context: Sendable, Result: Sendable>(
    _ installation: NginxInstallation,
    _ content: (TemporaryFolder) throws -> (NginxBlocks, Context),
    _ body: (NginxProcess, Context) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let control = IPv4Address(127, 0, 0, 2)
      let ready = control.with(port: try LoopbackPorts.free(on: [control]))
      let (blocks, context) = try content(folder)
      let text = blocks.configuration(
        installation: installation, folder: folder, ready: ready)
      let file = try folder.write(text, to: "nginx.conf")
      try await test(file, with: installation)

      var options = PlatformOptions()
      options.teardownSequence = stop
      return try await run(
        installation.program.executable,
        arguments: ["-c", file, "-p", folder.path, "-e", folder["error.log"]],
        environment: installation.program.environment, platformOptions: options,
        input: .none, output: .discarded, error: .discarded
      ) { execution in
        do {
          try await waitUntilReady(at: ready, folder)
        } catch {
          // An nginx that still tries to get its address listens to nothing but this.
          await execution.teardown(using: [])
          throw error
        }
        let process = Self(
          processIdentifier: execution.processIdentifier.value, folder: folder)
        let result = try await body(process, context)
        // When something throws, the options above stop it in the same way.
        await execution.teardown(using: stop)
        return result
      }.closureResult
    }
  }

  /// Asks nginx to end, and ends it if it has not.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
  ]

  /// Throws unless `nginx -t` accepts a configuration.
  static func test(_ file: String, with installation: NginxInstallation) async throws {
    let check = try await run(
      installation.program.executable, arguments: ["-t", "-q", "-c", file, "-e", "stderr"],
      environment: installation.program.environment, output: .discarded,
      error: .string(limit: 65_536))
    // With -q, nginx says something only when it has a complaint: warnings count, too.
    guard check.terminationStatus.isSuccess, check.standardError.isEmpty else {
      let text = String(
        decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
      throw StartError.rejected(configuration: text, message: check.standardError)
    }
  }

  private static func waitUntilReady(
    at address: IPv4Address, _ folder: TemporaryFolder
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    // While nginx still waits for another address, this one takes connections and says nothing.
    let client = HTTPClient(front: address, connections: 1, patience: .milliseconds(200))
    while ContinuousClock.now < deadline {
      let answers = try? await blocking { try client.ask([[]], by: .none) }
      if answers?.first?.body == NginxBlocks.word(for: folder) { return }
      let log = folder.text(of: "error.log")
      if log.contains("Address already in use") { throw StartError.addressInUse(log: log) }
      if log.contains("[emerg]") { throw StartError.notReady(log: log) }
      try await Task.sleep(for: .milliseconds(5))
    }
    throw StartError.notReady(log: folder.text(of: "error.log"))
  }
}
