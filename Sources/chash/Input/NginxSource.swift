import ConsistentHashing
import NginxConfiguration

/// A cluster that is an upstream of an nginx configuration.
struct NginxSource: ClusterSource {
  let block: NginxUpstreamBlock
  let cluster: Cluster

  var file: String { block.location.file }

  /// Reads an upstream.
  ///
  /// - Parameters:
  ///   - path: A whole configuration, or a file of upstreams as `http` or `stream` includes them.
  ///   - name: The upstream, `http:NAME` or `stream:NAME` where both have one of that name; nil for
  ///     the only one.
  init(path: String, name: String?) throws {
    let reading = try Self.read(path)
    block = try Self.find(name, in: reading, path: path)
    do throws(NginxUpstreamBlock.NotHashed) {
      cluster = try block.cluster()
    } catch {
      throw CommandError("\(error.location): \(error.problem); \(error.remedy)")
    }
  }

  func place(of subject: ClusterError.Subject) -> String {
    if case .node(let position) = subject, block.servers.indices.contains(position) {
      return block.servers[position].location.description
    }
    return block.location.description
  }

  /// Reads a configuration, and refuses what nginx would refuse.
  static func read(_ path: String) throws -> NginxReading {
    // The commonest mistake, in this program's words rather than nginx's.
    try FileDescriptor.reading(path).close()
    let reader = NginxReader(files: .onDisk)
    let reading: NginxReading
    do throws(NginxSyntaxError) {
      let whole = try reader.upstreams(in: path)
      // A file of upstreams alone is one that `http` includes.
      let isFragment =
        whole.upstreams.isEmpty && whole.problems.contains { $0.severity == .error }
      reading = isFragment ? try reader.upstreams(in: path, place: .inside(.http)) : whole
    } catch {
      throw CommandError("\(error.location): \(error.message); nginx would not start")
    }
    if let problem = reading.problems.first(where: { $0.severity == .error }) {
      throw CommandError(
        "\(problem.location): \(problem.message); "
          + (problem.remedy ?? "nginx would not start with this"))
    }
    for problem in reading.problems { Notes.say("\(problem)") }
    return reading
  }

  private static func find(_ name: String?, in reading: NginxReading, path: String) throws
    -> NginxUpstreamBlock
  {
    let listed = reading.upstreams.map { "#\($0.name)" }.joined(separator: ", ")
    guard let name else {
      guard reading.upstreams.count == 1, let only = reading.upstreams.first else {
        throw CommandError(
          "\(shown(path)): has \(reading.upstreams.count) upstreams; "
            + (listed.isEmpty ? "name a file that has one" : "add one of \(listed)"))
      }
      return only
    }
    let (context, wanted) = qualified(name)
    // nginx takes no notice of the case of names.
    let found = reading.upstreams.filter {
      $0.name.lowercased() == wanted.lowercased() && (context == nil || $0.context == context)
    }
    guard let first = found.first else {
      throw CommandError(
        "\(shown(path)): has no upstream \(quoted(name)); "
          + (listed.isEmpty ? "it has none at all" : "use one of \(listed)"))
    }
    guard found.count == 1 else {
      throw CommandError(
        "\(shown(path)): has an upstream \(quoted(name)) in http and one in stream; "
          + "write #http:\(wanted) or #stream:\(wanted)")
    }
    return first
  }

  private static func qualified(_ name: String) -> (NginxContext?, String) {
    for context in NginxContext.allCases where name.hasPrefix("\(context.rawValue):") {
      return (context, String(name.dropFirst(context.rawValue.count + 1)))
    }
    return (nil, name)
  }
}
