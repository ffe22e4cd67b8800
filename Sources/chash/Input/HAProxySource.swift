import ConsistentHashing
import HAProxyConfiguration

/// A cluster that is a backend of an HAProxy configuration.
struct HAProxySource: ClusterSource {
  let backend: HAProxyBackend
  let cluster: Cluster

  var file: String { backend.location.file }

  /// Reads a backend (or `listen` section).
  ///
  /// - Parameters:
  ///   - path: The configuration.
  ///   - name: The section; nil for the only one with servers.
  init(path: String, name: String?) throws {
    let reading = try Self.read(path)
    backend = try Self.find(name, in: reading.backends, path: path)
    do throws(HAProxyBackend.NotHashed) {
      cluster = try backend.cluster()
    } catch {
      throw CommandError(Self.reason(error))
    }
    Self.say(reading, isForOne: true, path: path)
  }

  func place(of subject: ClusterError.Subject) -> String {
    if case .node(let position) = subject, backend.servers.indices.contains(position) {
      return backend.servers[position].location.description
    }
    return backend.location.description
  }

  /// Reads a configuration, and refuses it if HAProxy would refuse every backend of it.
  ///
  /// What it refuses elsewhere is for ``say(_:isForOne:path:)``: the rest is worth reading.
  static func read(_ path: String) throws -> HAProxyReading {
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: HAProxyLimits.standard.totalSize + 1)
    let reading: HAProxyReading
    do throws(HAProxyTooLarge) {
      reading = try HAProxyReader().backends(in: bytes, file: path)
    } catch {
      throw CommandError("\(error.location): \(error.problem); split it")
    }
    if let problem = reading.problems.first(where: { $0.severity == .error }),
      reading.backends.allSatisfy({ $0.flaw != nil })
    {
      let remedy = remedy(
        problem.remedy ?? "HAProxy would not start with this", problem.location)
      throw CommandError("\(problem.location): \(problem.message); \(remedy)")
    }
    return reading
  }

  /// Says what HAProxy would, on standard error.
  ///
  /// - Parameter isForOne: Whether a single backend is of interest, so that one reason why HAProxy would
  ///   not start is enough.
  static func say(_ reading: HAProxyReading, isForOne: Bool, path: String) {
    Notes.say(
      reading.problems.filter { $0.severity == .warning }.map(\.description),
      errors: reading.problems.filter { $0.severity == .error }.map {
        $0.description + ($0.remedy == nil ? "; HAProxy would not start with this" : "")
      }, isForOne: isForOne, path: path)
  }

  /// Why there is no cluster, and what to do: place, problem and remedy on one line.
  static func reason(_ error: HAProxyBackend.NotHashed) -> String {
    "\(error.location): \(error.problem); \(remedy(error.remedy, error.location))"
  }

  /// What to do about a problem, in the light of the line that it is on.
  private static func remedy(_ remedy: String, _ location: HAProxyLocation) -> String {
    TemplateMark.remedy(file: location.file, line: location.line, before: false) ?? remedy
  }

  private static func find(_ name: String?, in backends: [HAProxyBackend], path: String) throws
    -> HAProxyBackend
  {
    let listed = backends.map { "#\($0.name)" }.joined(separator: ", ")
    guard let name else {
      guard backends.count == 1, let only = backends.first else {
        throw CommandError(
          "\(shown(path)): has \(backends.count) backends; "
            + (listed.isEmpty ? "name a file that has one" : "add one of \(listed)"))
      }
      return only
    }
    guard let found = backends.first(where: { NodeID($0.name) == NodeID(name) }) else {
      throw CommandError(
        "\(shown(path)): has no backend \(quoted(name)); "
          + (listed.isEmpty ? "it has none at all" : "use one of \(listed)"))
    }
    return found
  }
}
