import ConsistentHashing
import Foundation
import Subprocess
import Testing

/// A program in PHP that asks the memcache extension which servers it picks.
struct PeclMemcachePicks {
  enum Failure: Error, CustomStringConvertible {
    case noSource
    case failed(String)

    var description: String {
      switch self {
      case .noSource: "pecl-memcache-picks.php is not among the resources of these tests"
      case .failed(let message): "pecl-memcache-picks.php: \(message)"
      }
    }
  }

  /// A server as it is added.
  struct Server: Encodable {
    let host: String
    let port: Int
    let weight: Int
    let isUp: Bool

    func encode(to encoder: any Encoder) throws {
      var parts = encoder.unkeyedContainer()
      try parts.encode(host)
      try parts.encode(port)
      try parts.encode(weight)
      try parts.encode(isUp)
    }
  }

  /// What the program is told, as JSON.
  private struct Options: Encodable {
    let strategy: String
    let hash: String
    let servers: [Server]
    let copies: Int
  }

  /// The host and port of the server of each key, or nothing; when keys are stored, 1 for each that was taken.
  ///
  /// - Parameters:
  ///   - servers: The servers. Those that are not up count as failed.
  ///   - strategy: The value of `memcache.hash_strategy`.
  ///   - hash: The value of `memcache.hash_function`.
  ///   - keys: The keys, none of which holds an end of line.
  ///   - copies: On how many servers each key is stored; 0 if it is not.
  static func answers(
    _ servers: [Server], _ strategy: String, _ hash: String, for keys: [[UInt8]], copies: Int = 0
  ) async throws -> [String] {
    guard
      let source = Bundle.module.url(
        forResource: "PeclMemcacheProgram/pecl-memcache-picks", withExtension: "php")
    else { throw Failure.noSource }
    let options = Options(strategy: strategy, hash: hash, servers: servers, copies: copies)
    let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
    do {
      let result = try await run(
        .name("php"),
        arguments: Arguments(["-d", "display_errors=stderr", source.path, json]),
        input: .array(keys.flatMap { $0 + [0x0A] }), output: .string(limit: 4_000_000),
        error: .string(limit: 65_536))
      let answers = result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map { String($0) }
      guard result.terminationStatus.isSuccess, answers.count == keys.count else {
        throw Failure.failed("\(answers.count) answers; \(result.standardError)")
      }
      return answers
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: "php")
    }
  }
}

extension MemcachedAddress {
  /// A server at the address as PHP's memcache extension is given it.
  func inPHP(weight: Int) -> PeclMemcachePicks.Server {
    let (host, port): (String, Int) =
      switch self {
      case .tcp(let address): (address.host, Int(address.port))
      case .socket(let path): ("unix://" + path, 0)
      }
    return PeclMemcachePicks.Server(host: host, port: port, weight: weight, isUp: true)
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves tests out where no package has PHP's memcache extension.
  static var needsPeclMemcache: Self {
    #if os(Linux)
    let isExpected = true
    #else
    let isExpected = false
    #endif
    return .enabled(if: isExpected, "PHP's memcache extension is a package of Debian's")
  }
}
