import ConsistentHashing
import Foundation
import ProxyProfiles
import Subprocess

/// carbon-c-relay, asked in its test mode or by sending metrics through it.
struct CarbonRelayProgram {
  enum Failure: Error, CustomStringConvertible {
    case noSource
    case failed(String)

    var description: String {
      switch self {
      case .noSource: "carbon-relay-sends.py is not among the resources of these tests"
      case .failed(let message): "carbon-c-relay: \(message)"
      }
    }
  }

  /// The name of a cluster's type in the configuration.
  let type: String

  /// Servers as they stand in the configuration: an address, and an instance if the node has an id.
  static func server(_ node: Node) -> String {
    node.id == NodeID(node.address) ? node.address : "\(node.address)=\(node.id)"
  }

  /// The addresses of the servers that get a copy of each metric, in the relay's order (`-t`).
  ///
  /// Nothing is sent, and nobody has to listen.
  func copies(_ replication: Int, of metrics: [[UInt8]], to nodes: [Node]) async throws
    -> [[String]]
  {
    let configuration = """
      cluster asked \(type) replication \(replication)
        \(nodes.map(Self.server).joined(separator: "\n  "));
      match * send to asked;

      """
    return try await withTemporaryFolder { folder in
      let file = try folder.write(Array(configuration.utf8), to: "relay.conf")
      let output = try await Self.output(
        of: .carbonCRelay, ["-t", "-f", file], metrics, limit: 100 * nodes.count * metrics.count)
      var copies: [[String]] = []
      for line in output.split(separator: "\n") {
        if line.hasPrefix("    \(type)(asked)") {
          copies.append([])
        } else if line.hasPrefix("        "), !copies.isEmpty {
          copies[copies.count - 1].append(String(line.dropFirst(8)))
        }
      }
      guard copies.count == metrics.count else {
        throw Failure.failed("\(copies.count) answers for \(metrics.count) metrics")
      }
      return copies
    }
  }

  /// The positions of the servers that got each metric, of metrics that were sent to a relay.
  func receivers(_ replication: Int, of metrics: [[UInt8]], by nodes: [Node]) async throws
    -> [String: Set<Int>]
  {
    guard
      let source = Bundle.module.url(
        forResource: "CarbonProgram/carbon-relay-sends", withExtension: "py")
    else { throw Failure.noSource }
    let arguments =
      ["-B", source.path, "carbon-c-relay", type, "\(replication)"] + nodes.map(Self.server)
    let output = try await Self.output(
      of: Program("python3"), arguments, metrics, limit: 100 * replication * metrics.count)
    var receivers: [String: Set<Int>] = [:]
    for line in output.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let position = Int(parts[0]) else {
        throw Failure.failed("\(line)")
      }
      receivers[String(parts[1]), default: []].insert(position)
    }
    return receivers
  }

  private static func output(
    of program: Program, _ arguments: [String], _ lines: [[UInt8]], limit: Int
  ) async throws -> String {
    do {
      let result = try await run(
        program.executable, arguments: Arguments(arguments), environment: program.environment,
        input: .array(lines.flatMap { $0 + [0x0A] }), output: .bytes(limit: limit + 1_000_000),
        error: .string(limit: 65_536))
      guard result.terminationStatus.isSuccess else {
        throw Failure.failed(result.standardError)
      }
      return String(decoding: result.standardOutput, as: UTF8.self)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: program.testDescription)
    }
  }
}
