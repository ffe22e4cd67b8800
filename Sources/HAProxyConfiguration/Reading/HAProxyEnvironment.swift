internal import Configurations

/// The environment of HAProxy while it reads a configuration: `setenv` and its relatives change it.
struct HAProxyEnvironment {
  /// What is known of a variable.
  enum Answer {
    /// It has a value.
    ///
    /// The sources are variables that the value was taken from outside of the configuration.
    case set([UInt8], sources: [HAProxyVariableSource])
    /// It is not set.
    case unset
    /// It is not set in the environment of the program that reads, which may be another one.
    case absent
    /// Nobody knows.
    case unknown
  }

  /// What the configuration did to a variable.
  private enum Change {
    case set([UInt8], sources: [HAProxyVariableSource])
    case unset
    /// The names say what would have to be known.
    case forgotten([String])
  }

  private let surroundings: ConfigurationSurroundings
  private var changes: [String: Change] = [:]
  /// The names that the last `resetenv` kept; nil without one.
  private var kept: Set<String>?
  /// Whether variables that no line has set since are not known.
  private var isForgotten: Bool { forgottenFor != nil }
  /// What would have to be known of them.
  private var forgottenFor: [String]?

  /// What HAProxy sets itself while it reads each line.
  var file = ""
  var line = 0
  var section = ""

  init(_ surroundings: ConfigurationSurroundings) {
    self.surroundings = surroundings
  }

  /// What is known of a variable.
  func answer(for name: String) -> Answer {
    if name.utf8.first == UInt8(ascii: ".") { return pseudo(name) }
    switch changes[name] {
    case .set(let value, let sources): return .set(value, sources: sources)
    case .unset: return .unset
    case .forgotten: return .unknown
    case nil: break
    }
    if isForgotten { return .unknown }
    if let kept, !kept.contains(name) { return .unset }
    switch surroundings.variables[name] {
    case .set(let value): return .set(value, sources: [])
    case .unset: return .unset
    case nil: break
    }
    guard let environment = surroundings.environment, !Self.own.contains(name) else {
      return .unknown
    }
    return environment(name).map { .set($0, sources: [.caller(name)]) } ?? .absent
  }

  /// Variables that HAProxy sets itself, so that those of another program say nothing.
  private static let own: Set<String> = [
    "HAPROXY_BRANCH", "HAPROXY_CFGFILES", "HAPROXY_CLI", "HAPROXY_HTTPS_LOG_FMT",
    "HAPROXY_HTTP_CLF_LOG_FMT", "HAPROXY_HTTP_LOG_FMT", "HAPROXY_LOCALPEER", "HAPROXY_MASTER_CLI",
    "HAPROXY_MWORKER", "HAPROXY_PROCESSES", "HAPROXY_STARTUP_VERSION", "HAPROXY_TCP_CLF_LOG_FMT",
    "HAPROXY_TCP_LOG_FMT",
  ]

  /// Names that HAProxy gives a value in each line.
  static let pseudoNames: Set<String> = [".FILE", ".LINE", ".SECTION"]

  private func pseudo(_ name: String) -> Answer {
    switch name {
    case ".FILE": .set(Array(file.utf8), sources: [])
    case ".LINE": .set(Array("\(line)".utf8), sources: [])
    case ".SECTION": .set(Array(section.utf8), sources: [])
    default: .unset
    }
  }

  /// `setenv`.
  mutating func set(_ name: String, _ value: [UInt8], sources: [HAProxyVariableSource]) {
    changes[name] = .set(value, sources: sources)
  }

  /// `presetenv`: sets a variable that has no value.
  mutating func preset(_ name: String, _ value: [UInt8], sources: [HAProxyVariableSource]) {
    switch answer(for: name) {
    case .set: break
    case .unset: set(name, value, sources: sources)
    case .absent: set(name, value, sources: sources + [.fallback(name)])
    case .unknown: forget(name, for: unknowns(for: name))
    }
  }

  /// `unsetenv`.
  mutating func unset(_ name: String) { changes[name] = .unset }

  /// `resetenv`: unsets all but some variables.
  mutating func reset(keeping names: Set<String>) {
    changes = changes.filter { names.contains($0.key) }
    kept = kept.map { $0.intersection(names) } ?? names
    if isForgotten {
      for name in names where changes[name] == nil { forget(name, for: forgottenFor ?? []) }
      forgottenFor = nil
    }
  }

  /// Notes that it is not known whether a line has changed a variable.
  ///
  /// - Parameter unknowns: What would have to be known; empty for the variable itself.
  mutating func forget(_ name: String, for unknowns: [String]) {
    changes[name] = .forgotten(unknowns)
  }

  /// Notes that it is not known whether a line has changed all variables.
  mutating func forgetAll(for unknowns: [String]) {
    changes = [:]
    forgottenFor = unknowns
  }

  /// What would have to be known to know a variable, as surroundings take it.
  func unknowns(for name: String) -> [String] {
    var unknowns = forgottenFor ?? []
    if case .forgotten(let names) = changes[name] { unknowns = names }
    return unknowns.isEmpty ? [name] : unknowns
  }
}

/// A variable whose value, or absence, is taken from outside of the configuration.
enum HAProxyVariableSource: Hashable {
  /// The value is the one of the environment of the program that reads.
  case caller(String)
  /// It is not set there, so what the configuration says for that case counts.
  case fallback(String)
  /// It is not set there, so HAProxy reads nothing.
  case nothing(String)
}

extension [HAProxyVariableSource] {
  /// So many are kept of a section or a value, so that variables of variables, and sections after many
  /// conditions, do not each hold all of them.
  static let most = 32

  /// Whether something is empty only because a variable is not set where this program runs.
  var hasNothing: Bool { contains { if case .nothing = $0 { true } else { false } } }

  /// Adds the sources that are not there yet.
  ///
  /// One more than ``most`` shows that there are more; that something is not set is always kept.
  mutating func note(_ more: [HAProxyVariableSource]) {
    for source in more where !contains(source) {
      if count <= Self.most {
        append(source)
      } else if case .nothing = source, !hasNothing {
        self[Self.most] = source
      }
    }
  }
}

/// A variable in a line, as it is written in double quotes.
struct HAProxyVariable {
  /// The name.
  let name: String
  /// The text after a `-`, which counts if the variable is not set.
  let fallback: [UInt8]?
  /// Whether it is written `${NAME[*]}`, so that spaces in the value end words.
  let isList: Bool

  /// The value in an environment with its sources; nil if nobody knows it.
  func value(in environment: HAProxyEnvironment) -> (
    bytes: [UInt8], sources: [HAProxyVariableSource]
  )? {
    switch environment.answer(for: name) {
    case .set(let value, let sources): (value, sources)
    case .unset: (fallback ?? [], [])
    case .absent: (fallback ?? [], [fallback == nil ? .nothing(name) : .fallback(name)])
    case .unknown: nil
    }
  }
}
