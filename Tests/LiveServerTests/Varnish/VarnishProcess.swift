import Foundation
import Subprocess

/// A Varnish of the tests' own, in the foreground, whose files are in a folder that goes away with it.
///
/// It needs a C compiler to read its configuration.
enum VarnishProcess {
  enum StartError: Error, CustomStringConvertible {
    case missing
    case notReady(log: String)

    var description: String {
      switch self {
      case .missing:
        "varnishd is not installed; run `make test`, or scripts/install-packages test before the tests"
      case .notReady(let log): "varnishd does not answer: \(log)"
      }
    }
  }

  /// Runs a Varnish with several addresses for as long as the closure takes, and stops it by its
  /// process identifier however the closure ends.
  ///
  /// The closure starts when Varnish answers a request with a word that only this process knows.
  ///
  /// - Parameters:
  ///   - sockets: The names of the addresses, which the configuration sees as `local.socket`.
  ///   - configuration: VCL, in which `vcl_synth` must answer with the reason.
  ///   - body: Asks the addresses, given by their names.
  static func run<Result: Sendable>(
    sockets: [String], _ configuration: String,
    _ body: ([String: IPv4Address]) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let host = IPv4Address(127, 0, 0, 5)
      var addresses: [String: IPv4Address] = [:]
      for socket in sockets + ["ready"] {
        while addresses[socket] == nil {
          let address = host.with(port: try LoopbackPorts.free(on: [host]))
          if !addresses.values.contains(where: { $0.description == address.description }) {
            addresses[socket] = address
          }
        }
      }
      guard let ready = addresses["ready"] else { throw StartError.notReady(log: "no address") }
      let word = String(folder.path.split(separator: "/").last ?? "")
      let first =
        "sub vcl_recv { if (local.socket == \"ready\") { return (synth(200, \"\(word)\")); } }\n"
      // Varnish joins subroutines of the same name in their order.
      let file = try folder.write(
        "vcl 4.1;\nimport directors;\n" + first + configuration,
        to: "default.vcl")
      var arguments = [
        "-F", "-n", folder["varnish"], "-f", file, "-j", "none", "-T", "none", "-l", "1m", "-s",
        "default,4m",
      ]
      for (name, address) in addresses.sorted(by: { $0.key < $1.key }) {
        arguments += ["-a", "\(name)=\(address)"]
      }
      return try await start(arguments, ready: ready, word, folder) {
        try await body(addresses)
      }
    }
  }

  private static func start<Result: Sendable>(
    _ arguments: [String], ready: IPv4Address, _ word: String, _ folder: TemporaryFolder,
    _ body: () async throws -> Result
  ) async throws -> Result {
    var options = PlatformOptions()
    options.teardownSequence = stop
    let log = folder["varnish.log"]
    do {
      return try await Subprocess.run(
        .name("sh"),
        arguments: Arguments(
          ["-c", "exec varnishd \"$@\" >'\(log)' 2>&1", "varnishd"] + arguments),
        environment: environment, platformOptions: options, input: .none, output: .discarded,
        error: .discarded
      ) { execution in
        do {
          try await waitUntilReady(at: ready, word, folder)
        } catch {
          await execution.teardown(using: stop)
          throw error
        }
        let result = try await body()
        await execution.teardown(using: stop)
        return result
      }.closureResult
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw StartError.missing
    }
  }

  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "")
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/sbin:/opt/homebrew/bin"
  ])

  /// Asks Varnish to end, so that it ends its own child as well, and ends it if it has not.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(10))
  ]

  private static func waitUntilReady(
    at address: IPv4Address, _ word: String, _ folder: TemporaryFolder
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    let client = HTTPClient(front: address, connections: 1, patience: .milliseconds(500))
    while ContinuousClock.now < deadline {
      let answers = try? await blocking { try client.ask([[]], by: .none) }
      if answers?.first?.body == word { return }
      let log = folder.text(of: "varnish.log")
      if log.contains("not found") { throw StartError.missing }
      if log.contains("VCL compilation failed") { throw StartError.notReady(log: log) }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw StartError.notReady(log: folder.text(of: "varnish.log"))
  }
}
