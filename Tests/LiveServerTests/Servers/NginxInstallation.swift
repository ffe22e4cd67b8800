import Foundation
import Subprocess

/// The nginx of this machine.
struct NginxInstallation: Sendable {
  /// An environment in which `nginx` is found.
  let environment: Environment
  /// The `load_module` line that streams need, empty when they are built in.
  let streamModule: String

  struct Missing: Error, CustomStringConvertible {
    let what: String
    var description: String {
      "\(what) is not installed; run `make test`, or `scripts/install-packages test` before the tests"
    }
  }

  /// Looks in `PATH`, and where packages put nginx although `PATH` often lacks it.
  static func find() async throws -> Self {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let environment = Environment.inherit.updating([
      "PATH": path + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
    ])
    do {
      let version = try await run(
        .name("nginx"), arguments: ["-V"], environment: environment, output: .discarded,
        error: .string(limit: 65_536))
      return Self(
        environment: environment, streamModule: try streamModule(in: version.standardError))
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw Missing(what: "nginx")
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
    else { throw Missing(what: "nginx's stream module") }
    return "load_module \"\(folder)/ngx_stream_module.so\";"
  }
}
