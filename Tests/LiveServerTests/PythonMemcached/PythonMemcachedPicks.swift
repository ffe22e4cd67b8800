import ConsistentHashing
import Foundation
import Subprocess

/// A program in Python that asks python-memcached which servers it picks.
struct PythonMemcachedPicks {
  enum Failure: Error, CustomStringConvertible {
    case noSource
    case failed(String)

    var description: String {
      switch self {
      case .noSource: "python-memcached-picks.py is not among the resources of these tests"
      case .failed(let message): "python-memcached-picks.py: \(message)"
      }
    }
  }

  /// What the program is told, as JSON.
  private struct Options: Encodable {
    let servers: [Server]
    let dead: [Int]
    let isOld: Bool
    let stores: Bool
  }

  /// A pair of an address and a weight.
  private struct Server: Encodable {
    let node: Node

    func encode(to encoder: any Encoder) throws {
      var pair = encoder.unkeyedContainer()
      try pair.encode(node.address)
      try pair.encode(Int(node.weight))
    }
  }

  /// The position of the server of each key, or -1; when keys are stored, 1 for each that was taken.
  ///
  /// - Parameters:
  ///   - nodes: The servers. Those that are down count as dead, unless keys are stored.
  ///   - hash: A hash of python-memcached 1.62.
  ///   - keys: The keys, none of which holds an end of line.
  ///   - stores: Whether keys are stored.
  static func answers(
    _ nodes: [Node], hash: String, for keys: [[UInt8]], stores: Bool = false
  ) async throws -> [Int] {
    guard
      let source = Bundle.module.url(
        forResource: "PythonMemcachedProgram/python-memcached-picks", withExtension: "py")
    else { throw Failure.noSource }
    let options = Options(
      servers: nodes.map(Server.init(node:)),
      dead: nodes.indices.filter { nodes[$0].state == .down }, isOld: hash == "crc32",
      stores: stores)
    let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
    do {
      let result = try await run(
        .name("python3"), arguments: Arguments(["-B", source.path, json]),
        environment: .inherit.updating(["PYTHONPATH": Program.pythonMemcached.path]),
        input: .array(keys.flatMap { $0 + [0x0A] }), output: .string(limit: 1_000_000),
        error: .string(limit: 65_536))
      let answers = result.standardOutput.split(separator: "\n").compactMap { Int($0) }
      guard result.terminationStatus.isSuccess, answers.count == keys.count else {
        throw Failure.failed("\(answers.count) answers; \(result.standardError)")
      }
      return answers
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: "python3")
    }
  }
}
