import Foundation
import Subprocess

/// An nginx of this machine.
struct NginxInstallation: Sendable {
  let program: Program
  /// The `load_module` line that streams need, empty when they are built in.
  let streamModule: String

  /// Asks an nginx how it was built.
  static func find(_ program: Program) async throws -> Self {
    do {
      let version = try await run(
        program.executable, arguments: ["-V"], environment: program.environment, output: .discarded,
        error: .string(limit: 65_536))
      return Self(program: program, streamModule: try streamModule(in: version.standardError))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(what: program.testDescription)
    }
  }

  /// Reads the options nginx was built with.
  static func streamModule(in options: String) throws -> String {
    let words = options.split { $0 == " " || $0 == "\n" }.map(String.init)
    if words.contains("--with-stream") { return "" }
    let prefix = "--modules-path="
    guard words.contains("--with-stream=dynamic"),
      let folder = words.first(where: { $0.hasPrefix(prefix) })?.dropFirst(prefix.count),
      FileManager.default.fileExists(atPath: folder + "/ngx_stream_module.so")
    else { throw MissingProgram(what: "nginx's stream module") }
    return "load_module \"\(folder)/ngx_stream_module.so\";"
  }
}
