import Foundation
import NginxConfiguration
import Subprocess
import Testing

/// The installed nginx, asked whether it takes a configuration (`nginx -t`).
///
/// It is run with files of a directory of its own; nothing is started and nothing is bound.
struct NginxProgram {
  /// What `nginx -t` said.
  struct Verdict {
    let accepted: Bool
    let messages: String

    /// Whether nginx rejected a directive rather than the structure of the text.
    var isAboutDirective: Bool {
      !accepted && !["unexpected", "too long parameter"].contains(where: messages.contains)
    }
  }

  /// Where to look: Debian keeps nginx out of the path of ordinary users.
  private static let environment = Environment.inherit.updating([
    "PATH": (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/local/sbin"
  ])

  /// Its version.
  let version: NginxVersion

  private let streamModule: String?

  /// Finds nginx, and where its stream module is.
  ///
  /// - Throws: An error that names the program, if it is not installed (`make test` does that).
  init() async throws {
    let built = try await run(
      .name("nginx"), arguments: ["-V"], environment: Self.environment, output: .discarded,
      error: .string(limit: 1 << 16))
    let first = built.standardError.split(separator: "\n").first ?? ""
    version = try #require(
      first.split(separator: "/").last.flatMap { NginxVersion(String($0)) }, "nginx -V: \(first)")
    let settings = built.standardError.split(whereSeparator: \.isWhitespace)
    if settings.contains("--with-stream=dynamic") {
      let folder = try #require(settings.first { $0.hasPrefix("--modules-path=") })
      streamModule = folder.dropFirst("--modules-path=".count) + "/ngx_stream_module.so"
    } else {
      streamModule = nil
    }
  }

  /// Asks about the inside of `http { }` or `stream { }`.
  ///
  /// Other files may be named by the text, by
  /// paths relative to its own.
  func test(_ text: String, in context: NginxContext, files: [String: String] = [:]) async throws
    -> Verdict
  {
    try await test(bytes: Array(text.utf8), in: context, files: files)
  }

  /// Asks about bytes.
  func test(bytes: [UInt8], in context: NginxContext, files: [String: String] = [:]) async throws
    -> Verdict
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("nginx-test-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in files {
      let parent = folder.appendingPathComponent(name).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    try Data(bytes).write(to: folder.appendingPathComponent("part.conf"))
    let main = folder.appendingPathComponent("main.conf").path
    try Data(wrapper(context, folder: folder.path).utf8).write(to: URL(fileURLWithPath: main))
    let result = try await run(
      .name("nginx"), arguments: ["-t", "-q", "-p", folder.path, "-c", main],
      environment: Self.environment,
      output: .discarded, error: .string(limit: 1 << 20))
    let messages = result.standardError.replacingOccurrences(of: folder.path, with: "")
    return Verdict(accepted: result.terminationStatus.isSuccess, messages: messages)
  }

  private func wrapper(_ context: NginxContext, folder: String) -> String {
    var text = "pid \(folder)/pid;\nerror_log stderr;\nevents { }\n"
    if context == .stream, let streamModule { text = "load_module \(streamModule);\n" + text }
    text += "\(context.rawValue) {\n"
    if context == .http {
      text += "access_log off;\n"
      for part in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
        text += "\(part)_temp_path \(folder)/\(part);\n"
      }
    }
    return text + "include part.conf;\n}\n"
  }
}
