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
    backend = try Self.find(name, in: Self.read(path), path: path)
    do throws(HAProxyBackend.NotHashed) {
      cluster = try backend.cluster()
    } catch {
      throw CommandError("\(error.location): \(error.problem); \(error.remedy)")
    }
  }

  func place(of subject: ClusterError.Subject) -> String {
    if case .node(let position) = subject, backend.servers.indices.contains(position) {
      return backend.servers[position].location.description
    }
    return backend.location.description
  }

  /// Reads a configuration, and refuses what HAProxy would refuse.
  static func read(_ path: String) throws -> [HAProxyBackend] {
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    let bytes = try file.readAll(limit: HAProxyLimits.standard.totalSize + 1)
    let reading: HAProxyReading
    do throws(HAProxyTooLarge) {
      reading = try HAProxyReader().backends(in: bytes, file: path)
    } catch {
      throw CommandError("\(error.location): \(error.problem); split it")
    }
    if let problem = reading.problems.first(where: { $0.severity == .error }) {
      throw CommandError(
        "\(problem.location): \(problem.message); HAProxy would not start with this")
    }
    for problem in reading.problems where problem.severity == .warning {
      Notes.say("\(problem.location): warning: \(problem.message)")
    }
    return reading.backends
  }

  static func find(_ name: String?, in backends: [HAProxyBackend], path: String) throws
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
