import Foundation
import Subprocess

/// A site that `chash` generates for a key, in front of servers that answer with their addresses.
struct KeyTrial: Sendable {
  let front: IPv4Address
  let chash: Chash
  let document: String
  let folder: TemporaryFolder

  /// Runs the servers and the site.
  ///
  /// - Parameters:
  ///   - key: The key as the document has it.
  ///   - listen: What follows the address in `listen`.
  ///   - settings: Directives beside the site; `FOLDER` is a folder for their files.
  static func run<Result: Sendable>(
    _ key: String, _ transport: Backends.Transport, of program: Program, listen: String = "",
    settings: String = "", preparing prepare: (TemporaryFolder) async throws -> Void = { _ in },
    _ body: (KeyTrial) async throws -> Result
  ) async throws -> Result {
    let shape = Shape("four servers", weights: [1, 2, 1, 1])
    // A server of a stream that closes before it has read what was sent resets the connection.
    let reading = transport == .stream ? "ssl_preread on;" : ""
    return try await Backends.run(shape, transport, settings: reading) { topology in
      try await withTemporaryFolder { folder in
        try await prepare(folder)
        let chash = try Chash.find()
        let text = topology.document(key: .none).replacing("key: \n", with: "key: \(key)\n")
        let document = try folder.write(text, to: "cluster.yaml")
        let host = IPv4Address(127, 0, 0, 2)
        let front = host.with(port: try LoopbackPorts.free(on: [host]))
        try await chash(
          "generate", "nginx", document, "--context", transport.rawValue, "--part", "site",
          "--listen", "\(front)\(listen)", "--output", folder["site.conf"])
        let blocks =
          settings.replacing("FOLDER", with: folder.path)
          + "\ninclude \"\(folder["site.conf"])\";\n"
        return try await NginxProcess.withNginx(program, attempts: 1) { _ in
          (transport == .http ? NginxBlocks(http: blocks) : NginxBlocks(stream: blocks), ())
        } _: { _, _ in
          try await body(
            KeyTrial(front: front, chash: chash, document: document, folder: folder))
        }
      }
    }
  }

  /// How the answers differ from what `chash` says of the keys.
  func differences(_ answers: [String], _ keys: [String]) async throws -> [Difference] {
    let expected = try await chash.addresses(
      of: keys.map { Array($0.utf8) }, in: document, folder)
    var differences = zip(keys, zip(expected, answers)).compactMap { key, servers in
      servers.0 == servers.1
        ? nil : Difference(key: Array(key.utf8), expected: servers.0, got: servers.1)
    }
    if answers.count != keys.count {
      differences.append(
        Difference(key: [], expected: "\(keys.count) answers", got: "\(answers.count)"))
    }
    return differences
  }

  /// Sends texts over connections of their own, and reads what comes until the end.
  ///
  /// - Parameter sources: The addresses to connect from.
  func receive(_ texts: [[UInt8]], from sources: [IPv4Address]) async throws -> [String] {
    let front = front
    return try await blocking {
      try zip(texts, sources).map { bytes, source in
        let socket = try Socket(to: front, from: source)
        try socket.send(bytes)
        var answer: [UInt8] = []
        while try socket.receive(into: &answer) {}
        return String(decoding: answer, as: UTF8.self)
      }
    }
  }

  /// Asks over TLS, with a server name or, where it is empty, without one.
  func askOverTLS(_ names: [String]) async throws -> [String] {
    guard let source = Bundle.module.url(forResource: "TLSProgram/tls-asks", withExtension: "py")
    else { throw Chash.Failure.unexpectedOutput("tls-asks.py is not among the resources") }
    let output = try await Self.output(
      of: "python3", ["-B", source.path, front.host, "\(front.port)"],
      input: names.map { $0 + "\n" }.joined())
    return output.split(separator: "\n").map(String.init)
  }

  /// Makes a certificate, `certificate.pem`, and its key, `key.pem`.
  static func makeCertificate(in folder: TemporaryFolder) async throws {
    _ = try await output(
      of: "openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=live",
        "-keyout",
        folder["key.pem"], "-out", folder["certificate.pem"],
      ])
  }

  private static func output(of program: String, _ arguments: [String], input: String = "")
    async throws -> String
  {
    do {
      let result = try await Subprocess.run(
        .name(program), arguments: Arguments(arguments), input: .string(input),
        output: .string(limit: 10_000_000), error: .string(limit: 65_536))
      guard result.terminationStatus.isSuccess else {
        throw Chash.Failure.failed(arguments: [program] + arguments, message: result.standardError)
      }
      return result.standardOutput
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: program)
    }
  }
}
