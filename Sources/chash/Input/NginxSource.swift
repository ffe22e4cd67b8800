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
      throw CommandError(Self.reason(error))
    }
    Self.say(reading, isForOne: true, path: path)
    if let key = block.method.key, key.isBinary {
      Notes.say(
        "\(block.location): note: nginx hashes \(printable(key.text)), in which an address is 4 or 16 "
          + "bytes and no text; only keys of these bytes go where nginx sends them")
    }
  }

  func place(of subject: ClusterError.Subject) -> String {
    if case .node(let position) = subject, block.servers.indices.contains(position) {
      return block.servers[position].location.description
    }
    return block.location.description
  }

  /// Reads a configuration, and refuses it if nginx would refuse every upstream of it.
  ///
  /// What it refuses elsewhere is for ``say(_:isForOne:path:)``: the rest is worth reading.
  static func read(_ path: String) throws -> NginxReading {
    // The commonest mistake, in this program's words rather than nginx's.
    try FileDescriptor.reading(path).close()
    let reader = NginxReader(files: .onDisk)
    let reading: NginxReading
    do throws(NginxSyntaxError) {
      let whole = try reader.upstreams(in: path)
      let place = fragment(whole)
      reading =
        try place.map { place throws(NginxSyntaxError) in
          try reader.upstreams(in: path, place: place)
        } ?? whole
    } catch {
      let remedy = TemplateMark.remedy(
        file: error.location.file, line: error.location.line, before: true)
      throw CommandError(
        "\(error.location): \(error.message); \(remedy ?? "nginx would not start")")
    }
    if let problem = reading.problems.first(where: { $0.severity == .error }),
      reading.upstreams.allSatisfy({ $0.flaw != nil })
    {
      throw CommandError(
        "\(problem.location): \(problem.message); \(remedy(problem.remedy, problem.location))")
    }
    return reading
  }

  /// Says what nginx would, on standard error.
  ///
  /// - Parameter isForOne: Whether a single upstream is of interest, so that one reason why nginx would
  ///   not start is enough.
  static func say(_ reading: NginxReading, isForOne: Bool, path: String) {
    for include in isForOne ? [] : reading.unmatched {
      Notes.say(
        "\(include.location): note: no file matches \(printable(include.pattern)), so upstreams in such "
          + "files are not read")
    }
    Notes.say(
      reading.problems.filter { $0.severity != .error }.map(\.description),
      errors: reading.problems.filter { $0.severity == .error }.map {
        $0.description + ($0.remedy == nil ? "; nginx would not start with this" : "")
      }, isForOne: isForOne, path: path)
  }

  /// Where a file of upstreams is included, if it is no whole configuration.
  ///
  /// A `server` with a `proxy_pass` of its own, outside of any `location`, is one of `stream`.
  private static func fragment(_ whole: NginxReading) -> NginxReader.Place? {
    func statements(_ items: [NginxSyntaxItem]) -> [NginxStatement] {
      items.compactMap { item in
        if case .statement(let statement) = item { statement } else { nil }
      }
    }
    let top = statements(whole.files.first?.items ?? [])
    // Its upstreams may also stand in files that it includes.
    let isRefused = whole.upstreams.isEmpty && !whole.isAccepted
    guard isRefused || top.contains(where: { $0.name == "upstream" }),
      !top.contains(where: { NginxContext(rawValue: $0.name) != nil && $0.block != nil })
    else { return nil }
    let isStream = top.contains { server in
      server.name == "server"
        && statements(server.block?.items ?? []).contains { $0.name == "proxy_pass" }
    }
    return .inside(isStream ? .stream : .http)
  }

  /// Why there is no cluster, and what to do: place, problem and remedy on one line.
  static func reason(_ error: NginxUpstreamBlock.NotHashed) -> String {
    "\(error.location): \(error.problem); \(remedy(error.remedy, error.location))"
  }

  /// What to do about a problem, in the light of the line that it is on.
  private static func remedy(_ remedy: String?, _ location: NginxLocation) -> String {
    TemplateMark.remedy(file: location.file, line: location.line, before: false)
      ?? remedy ?? "nginx would not start with this"
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
    guard Set(found.map(\.context)).count == found.count else {
      throw CommandError(
        "\(found[1].location): duplicate upstream \(quoted(found[1].name)), first in "
          + "\(found[0].location); nginx would not start, so rename one")
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
