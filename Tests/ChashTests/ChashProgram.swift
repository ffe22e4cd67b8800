import Foundation
import Subprocess
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The built program, run as users run it.
struct ChashProgram {
  /// The result of a run.
  struct Outcome: Equatable, CustomStringConvertible {
    var status: Int32
    var output: String
    var errors: String

    init(_ status: Int32 = 0, output: String = "", errors: String = "") {
      self.status = status
      self.output = output
      self.errors = errors
    }

    var description: String { "status \(status)\nstdout:\n\(output)\nstderr:\n\(errors)" }
  }

  /// The program is in the folder of the tests.
  static let path: String = {
    var folders = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    folders.append(URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent())
    folders.append(Bundle.main.bundleURL)
    let candidates = folders.map { $0.appendingPathComponent("chash").path }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "chash"
  }()

  /// Help is printed for 80 columns, whatever the terminal of the tests.
  private static let environment = Environment.inherit.updating(["COLUMNS": "80", "CHASH": path])

  /// Runs the program in a folder.
  static func run(_ arguments: [String], in folder: Folder, input: [UInt8] = []) async throws
    -> Outcome
  {
    try await outcome(path, arguments, folder, input)
  }

  /// Runs a line of shell in a folder; `"$CHASH"` is the program.
  static func shell(_ line: String, in folder: Folder) async throws -> Outcome {
    try await outcome("/bin/sh", ["-c", line], folder, [])
  }

  private static func outcome(
    _ program: String, _ arguments: [String], _ folder: Folder, _ input: [UInt8]
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(FilePath(program)), arguments: Arguments(arguments), environment: environment,
      workingDirectory: FilePath(folder.path), input: .array(input),
      output: .bytes(limit: 1 << 26), error: .bytes(limit: 1 << 22))
    guard case .exited(let status) = result.terminationStatus else {
      Issue.record("\(arguments) ended with \(result.terminationStatus)")
      return Outcome(-1)
    }
    return Outcome(
      status, output: String(decoding: result.standardOutput, as: UTF8.self),
      errors: String(decoding: result.standardError, as: UTF8.self))
  }

  /// The largest memory the program took while pieces of input were fed to it, in bytes.
  static func peakMemory(
    _ arguments: [String], in folder: Folder, piece: [UInt8], times: Int
  ) async throws -> (peak: Int, outcome: Outcome) {
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments), environment: environment,
      workingDirectory: FilePath(folder.path), input: .inputWriter,
      output: .bytes(limit: 1 << 20), error: .bytes(limit: 1 << 20)
    ) { execution in
      for _ in 0..<times { _ = try await execution.standardInputWriter.write(piece) }
      let status = "/proc/\(execution.processIdentifier.value)/status"
      let text = (try? String(contentsOfFile: status, encoding: .utf8)) ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 << 10 } ?? 0
    }
    var status: Int32 = -1
    if case .exited(let code) = result.terminationStatus { status = code }
    return (
      result.closureResult,
      Outcome(
        status, output: String(decoding: result.standardOutput, as: UTF8.self),
        errors: String(decoding: result.standardError, as: UTF8.self))
    )
  }
}

/// A folder for one test, with the files of the examples; it is removed when the test ends.
struct Folder {
  let path: String

  /// Runs a body with a folder.
  static func with(
    _ files: [String: String] = [:], _ body: (Folder) async throws -> Void
  ) async throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("chash-test-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = Folder(path: url.path)
    try folder.write("sessions.yaml", sessions)
    for (name, text) in files { try folder.write(name, text) }
    try await body(folder)
  }

  /// The cluster of the help texts.
  static let sessions = """
    name: sessions
    algorithm: nginx
    key: cookie:user
    nodes:
      - { address: 10.0.0.1:8080 }
      - { id: web-2, address: 10.0.0.2:8080, weight: 2 }

    """

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
  }

  /// Removes a file, if it is there.
  func remove(_ name: String) throws {
    guard FileManager.default.fileExists(atPath: file(name)) else { return }
    try FileManager.default.removeItem(atPath: file(name))
  }

  /// The names of everything in it, sorted, hidden files as well.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
