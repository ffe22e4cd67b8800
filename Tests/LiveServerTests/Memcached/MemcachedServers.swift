import ConsistentHashing
import Foundation
import Subprocess
import Testing

/// Some memcached of the tests' own, each a process, which end together.
///
/// A hundred of them are ready in half a second and take 1 MB each.
struct MemcachedServers: Sendable {
  enum Kind: Sendable {
    case tcp
    case socket
    /// An address without a listener.
    case refusing
  }

  enum StartError: Error, CustomStringConvertible {
    case missing
    case ended(String)
    case notReady(String)

    var description: String {
      switch self {
      case .missing:
        "memcached is not installed; run `make test`, or scripts/install-packages test before the tests"
      case .ended(let address): "memcached has ended; is \(address) taken?"
      case .notReady(let address): "no memcached answers at \(address)"
      }
    }
  }

  let addresses: [MemcachedAddress]
  /// The places in the list of those that listen.
  private let listening: [Int]

  /// Runs memcached for as long as the closure takes, and stops each by its process identifier however
  /// the closure ends.
  ///
  /// The closure starts when each of them has answered with its process identifier: a bound port would
  /// prove nothing. If a port was taken in the meantime, others are tried.
  static func run<Result: Sendable>(
    _ kinds: [Kind], attempts: Int = 3, _ body: (Self) async throws -> Result
  ) async throws -> Result {
    for _ in 1..<attempts {
      do {
        return try await start(kinds, body)
      } catch StartError.ended {
        continue
      }
    }
    return try await start(kinds, body)
  }

  /// Expects that the servers hold each key where a selector says, and nowhere else.
  ///
  /// - Parameter copies: How many of the first nodes of a key's preference hold it.
  func expectStored(
    _ keys: [[UInt8]], where selector: any NodeSelector, copies: Int = 1, _ document: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var servers: [[UInt8]: [Int]] = [:]
    for index in listening {
      let address = addresses[index]
      let stored = try await blocking {
        var client = try MemcachedClient(to: address)
        return try client.storedKeys()
      }
      for key in stored { servers[key, default: []].append(index) }
    }
    #expect(servers.count == keys.count, sourceLocation: sourceLocation)
    let differences = keys.compactMap { key in
      let expected = selector.preference(for: key.span, limit: copies).sorted()
      let got = servers[key] ?? []
      return got == expected
        ? nil : Difference(key: key, expected: "\(expected)", got: "\(got)")
    }
    expectNone(differences, of: keys.count, document, sourceLocation: sourceLocation)
  }

  private static func start<Result: Sendable>(
    _ kinds: [Kind], _ body: (Self) async throws -> Result
  ) async throws -> Result {
    try await withTemporaryFolder { folder in
      let port = try LoopbackPorts.free(on: kinds.indices.map(Shape.address))
      let servers = Self(
        addresses: kinds.enumerated().map { index, kind in
          kind == .socket
            ? .socket(folder["\(index).sock"]) : .tcp(Shape.address(index).with(port: port))
        }, listening: kinds.indices.filter { kinds[$0] != .refusing })
      var options = PlatformOptions()
      options.teardownSequence = stop
      let arguments =
        ["-c", script, "memcached", folder["pids"]]
        + servers.listening.map { "\(servers.addresses[$0])" }
      return try await Subprocess.run(
        .name("sh"), arguments: Arguments(arguments), environment: environment,
        platformOptions: options, input: .none, output: .discarded, error: .discarded
      ) { execution in
        do {
          try await servers.waitUntilReady(folder)
        } catch {
          await execution.teardown(using: stop)
          throw error
        }
        let result = try await body(servers)
        await execution.teardown(using: stop)
        return result
      }.closureResult
    }
  }

  /// Starts memcached at each address, writes down its process identifier, and ends all when it is
  /// asked to end.
  ///
  /// They hold nothing that is to be saved, and take a second to end by themselves.
  ///
  /// The thread that sorts keys by age is switched off, so that no key moves while keys are listed.
  private static let script = """
    pids=
    trap 'kill -KILL $pids; wait; exit' TERM
    file=$1
    shift
    command -v memcached >/dev/null || { echo missing >"$file"; exit; }
    for address; do
      case $address in
        /*) set -- -s "$address" ;;
        *) set -- -l "${address%:*}" -p "${address##*:}" ;;
      esac
      memcached -u root -t 1 -o no_lru_maintainer "$@" &
      pids="$pids $!"
    done
    echo $pids >"$file"
    wait
    """

  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "")
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
  ])

  /// Asks the shell to end, which ends the servers.
  private static let stop: [TeardownStep] = [
    .send(signal: .terminate, allowedDurationToNextStep: .seconds(5))
  ]

  private func waitUntilReady(_ folder: TemporaryFolder) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    var identifiers: [Int32] = []
    while identifiers.count < listening.count {
      try await Task.sleep(for: .milliseconds(5))
      let words = folder.text(of: "pids").split { $0.isWhitespace }
      if words == ["missing"] { throw StartError.missing }
      identifiers = words.compactMap { Int32($0) }
      if identifiers.count < listening.count, ContinuousClock.now > deadline {
        throw StartError.notReady("any address")
      }
    }
    for (index, identifier) in zip(listening, identifiers) {
      let address = addresses[index]
      while true {
        let answer = try? await blocking {
          var client = try MemcachedClient(to: address)
          return try client.processIdentifier()
        }
        if answer == identifier { break }
        if kill(identifier, 0) != 0 { throw StartError.ended("\(address)") }
        guard ContinuousClock.now < deadline else { throw StartError.notReady("\(address)") }
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }
}
