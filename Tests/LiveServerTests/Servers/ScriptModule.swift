import Foundation
import Testing

/// nginx's JavaScript module: of the packages of the system, or in the program.
enum ScriptModule {
  private static let file = "/usr/lib/nginx/modules/ngx_http_js_module.so"

  /// Whether tests of it run, which fail if it is not there.
  static var isExpected: Bool {
    #if os(Linux)
    return FileManager.default.fileExists(atPath: file)
      || ProcessInfo.processInfo.environment["CI"] == "true"
    #else
    return FileManager.default.fileExists(atPath: file)
    #endif
  }

  /// The directives that load it.
  static func directives(for program: Program) throws -> String {
    // The program of an exact version has the module in it.
    guard program.package == nil else { return "" }
    guard FileManager.default.fileExists(atPath: file) else {
      throw MissingProgram(what: "nginx's JavaScript module")
    }
    return "load_module \"\(file)\";"
  }
}

/// An engine of one server an upstream, with an algorithm.
struct ChoosingEngine: Sendable, CustomTestStringConvertible {
  let engine: String
  let algorithm: String

  static let split = Self(engine: "split-clients", algorithm: "nginx-maglev")
  static let scripts = ["maglev", "ketama", "jump", "rendezvous"].map {
    Self(engine: "njs", algorithm: $0)
  }
  /// Those that can run here.
  static let all = [split] + (ScriptModule.isExpected ? scripts : [])

  var testDescription: String { "\(engine) \(algorithm)" }

  func modules(for program: Program) throws -> String {
    engine == "njs" ? try ScriptModule.directives(for: program) : ""
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves tests out where nginx has no JavaScript module.
  static var needsScripts: Self {
    .enabled(
      if: ScriptModule.isExpected,
      "nginx's JavaScript module is not installed; scripts/install-packages test has it on Debian")
  }
}
