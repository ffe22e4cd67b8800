import Foundation
import Subprocess

/// A Redis Cluster of the tests' own: masters without replicas, each a process.
struct RedisMasters: Sendable {
  let addresses: [IPv4Address]

  /// What a master says about all of them, by their addresses.
  struct View: Hashable, Sendable {
    /// The names that the cluster has for them.
    var names: [String: String] = [:]
    /// Their slots, such as `0-5460,10923`.
    var slots: [String: String] = [:]
  }

  /// Why a cluster is not what it has to be.
  enum Failure: Error, CustomStringConvertible {
    case command(String, output: String)
    case notJoined([View])

    var description: String {
      switch self {
      case .command(let command, let output): "\(command) fails: \(output)"
      case .notJoined(let views): "the masters do not agree: \(views)"
      }
    }
  }

  /// Runs masters for as long as the closure takes.
  ///
  /// They are a cluster as `redis-cli --cluster create` makes it.
  static func run<Result: Sendable>(
    _ count: Int, _ body: (RedisMasters) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let hosts = (0..<count).map(Shape.address)
      let port = try LoopbackPorts.free(on: hosts)
      var bus = port
      while bus == port { bus = try LoopbackPorts.free(on: hosts) }
      let masters = Self(addresses: hosts.map { $0.with(port: port) })
      return try await masters.start(from: 0, bus: bus, folder) {
        try await masters.manage(["create"] + masters.addresses.map(\.description))
        _ = try await masters.view()
        return try await body(masters)
      }
    }
  }

  /// Calls `redis-cli --cluster`, which waits for ever for masters that do not join.
  func manage(_ arguments: [String]) async throws {
    let command = ["--cluster"] + arguments + ["--cluster-yes"]
    let output = try await withThrowingTaskGroup { group in
      group.addTask { try await Self.output(of: command) }
      group.addTask {
        try await Task.sleep(for: .seconds(60))
        return "no end after a minute"
      }
      defer { group.cancelAll() }
      return try await group.next() ?? ""
    }
    guard output.isEmpty else {
      throw Failure.command("redis-cli \(command.joined(separator: " "))", output: output)
    }
  }

  /// What `redis-cli` says if it fails; nothing if it does not.
  private static func output(of command: [String]) async throws -> String {
    let program = Program("redis-cli")
    let result = try await Subprocess.run(
      program.executable, arguments: Arguments(command), environment: program.environment,
      output: .string(limit: 10_000_000), error: .string(limit: 65_536))
    return result.terminationStatus.isSuccess
      ? "" : result.standardOutput + result.standardError + "\(result.terminationStatus)"
  }

  /// What all masters say about the cluster, as soon as they say the same and that it is in order.
  func view() async throws -> View {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      let views = try await blocking { try addresses.map(Self.view) }
      let first = views.compactMap { $0 }.first
      if let first, views.allSatisfy({ $0 == first }) { return first }
      guard ContinuousClock.now < deadline else {
        throw Failure.notJoined(views.compactMap { $0 })
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// What one says; nil if it does not know all slots.
  private static func view(of address: IPv4Address) throws -> View? {
    var client = try RedisClient(to: address)
    guard try client.ask("CLUSTER", "INFO").text?.contains("cluster_state:ok") == true else {
      return nil
    }
    var view = View()
    for line in try client.ask("CLUSTER", "NODES").text?.split(separator: "\n") ?? [] {
      // NAME 127.1.0.1:6379@16379 myself,master - 0 0 1 connected 0-5460 10923
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 8, let end = words[1].firstIndex(of: "@") else { return nil }
      let address = String(words[1][..<end])
      view.names[address] = words[0]
      view.slots[address] = words.dropFirst(8).joined(separator: ",")
    }
    return view
  }

  /// Starts the masters from a place on.
  private func start<Result: Sendable>(
    from index: Int, bus: UInt16, _ folder: TemporaryFolder, _ body: () async throws -> Result
  ) async throws -> Result {
    guard index < addresses.count else { return try await body() }
    let address = addresses[index]
    let name = "\(folder.word)-\(index)"
    return try await ServerProcess.run(
      Program("redis-server"),
      [
        // The address from which a master calls the others is the one under which they know it.
        "--bind", address.host, "--bind-source-addr", address.host, "--port",
        "\(address.port)", "--cluster-enabled", "yes", "--cluster-port", "\(bus)",
        "--cluster-config-file", folder["\(index).conf"], "--dir",
        folder.path, "--dbfilename", name, "--save", "", "--logfile", folder["\(index).log"],
      ], log: { folder.text(of: "\(index).log") },
      until: { await Self.isReady(address, name) }
    ) {
      try await start(from: index + 1, bus: bus, folder, body)
    }
  }

  /// Whether the master answers, by a name of its own.
  private static func isReady(_ address: IPv4Address, _ name: String) async -> Bool {
    let reply = try? await blocking {
      var client = try RedisClient(to: address, patience: .milliseconds(500))
      return try client.ask("CONFIG", "GET", "dbfilename")
    }
    return reply == .list([.bytes(Array("dbfilename".utf8)), .bytes(Array(name.utf8))])
  }
}
