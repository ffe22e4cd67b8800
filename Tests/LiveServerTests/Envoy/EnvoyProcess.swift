/// An Envoy of the tests' own: one process in the foreground with one worker.
enum EnvoyProcess {
  /// Runs an Envoy for as long as the closure takes.
  ///
  /// - Parameters:
  ///   - bootstrap: Its configuration.
  ///   - folder: Where its files are.
  ///   - body: Asks the address, and reads the configuration by its path.
  static func run<Result: Sendable>(
    _ bootstrap: EnvoyBootstrap, in folder: TemporaryFolder,
    _ body: (_ front: IPv4Address, _ file: String) async throws -> Result
  ) async throws -> Result {
    let (host, control) = (IPv4Address(127, 0, 0, 10), IPv4Address(127, 0, 0, 11))
    let front = host.with(port: try LoopbackPorts.free(on: [host]))
    let ready = control.with(port: try LoopbackPorts.free(on: [control]))
    let file = try folder.write(
      bootstrap.text(front: front, ready: ready, word: folder.word), to: "envoy.yaml")
    return try await ServerProcess.run(
      .envoy,
      [
        "-c", file, "--disable-hot-restart", "--concurrency", "1", "--log-level", "error",
        "--log-path", folder["envoy.log"],
      ], log: { folder.text(of: "envoy.log") + folder.text(of: "envoy.yaml") },
      until: { await HTTPClient.doesAnswer(folder.word, at: ready) }
    ) {
      try await body(front, file)
    }
  }
}
