import Foundation
import Testing

/// nginx's Lua module, where the packages of the system have it.
enum LuaModule {
  private static let folder = "/usr/lib/nginx/modules"
  // The Lua module needs the other one before it.
  private static let files = ["ndk_http_module.so", "ngx_http_lua_module.so"]

  private static var isThere: Bool {
    files.allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// Whether tests of it run, which fail if it is not there.
  static var isExpected: Bool {
    #if os(Linux)
    return isThere || ProcessInfo.processInfo.environment["CI"] == "true"
    #else
    return isThere
    #endif
  }

  /// The directives that load it.
  static func directives() throws -> String {
    guard isThere else { throw MissingProgram(what: "nginx's Lua module") }
    return files.map { "load_module \"\(folder)/\($0)\";" }.joined(separator: "\n")
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves tests out where nginx has no Lua module.
  static var needsLua: Self {
    .enabled(
      if: LuaModule.isExpected,
      "nginx's Lua module is not installed; scripts/install-packages test has it on Debian")
  }
}
