import Subprocess

/// An HAProxy of the tests' own: one process, in the foreground, whose files are in a folder that goes
/// away with it.
enum HAProxyProcess {
  struct Rejected: Error, CustomStringConvertible {
    let configuration: String
    let message: String
    var description: String {
      "haproxy -c rejects the configuration: \(message)\n\(configuration.prefix(4_000))"
    }
  }

  /// Runs an HAProxy that passes what comes to an address on to servers, for as long as the closure
  /// takes.
  ///
  /// - Parameters:
  ///   - backend: The lines that say how a server is chosen, and the servers.
  ///   - sections: Further sections.
  ///   - program: Which HAProxy.
  ///   - body: Asks the address.
  static func run<Result: Sendable>(
    _ backend: [String], sections: String = "", of program: Program = .haproxy,
    _ body: (IPv4Address) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let host = IPv4Address(127, 0, 0, 3)
      let front = host.with(port: try LoopbackPorts.free(on: [host]))
      let control = IPv4Address(127, 0, 0, 4)
      let ready = control.with(port: try LoopbackPorts.free(on: [control]))
      let text =
        configuration(backend, front: front, ready: ready, word: folder.word) + sections + "\n"
      let file = try folder.write(text, to: "haproxy.cfg")
      try await check(file, text, program)
      return try await ServerProcess.run(
        program, ["-db", "-q", "-f", file],
        until: { await HTTPClient.doesAnswer(folder.word, at: ready) }
      ) {
        try await body(front)
      }
    }
  }

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

  private static func check(_ file: String, _ text: String, _ program: Program) async throws {
    do {
      let check = try await Subprocess.run(
        program.executable, arguments: ["-c", "-q", "-f", file], environment: program.environment,
        output: .discarded, error: .string(limit: 65_536))
      guard check.terminationStatus.isSuccess else {
        throw Rejected(configuration: text, message: check.standardError)
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: program.testDescription)
    }
  }
}
