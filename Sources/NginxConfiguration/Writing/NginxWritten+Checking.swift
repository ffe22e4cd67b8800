internal import Configurations
internal import ConsistentHashing

extension NginxUpstream {
  /// Throws if nginx would refuse the block, or would read other servers.
  ///
  /// Values of properties come from documents, so they are checked by nginx's own rules.
  func check(version: NginxVersion) throws(EmissionError) {
    let reading = try NginxReading(written: text, context: context, version: version)
    if let problem = reading.problems.first {
      let position = reading.upstreams.first?.servers.firstIndex {
        $0.location == problem.location
      }
      throw EmissionError(
        .invalidProperty, position.map { .node($0) } ?? .cluster,
        "nginx would refuse the block: \(problem.message)",
        remedy: problem.remedy ?? "change the property")
    }
    let read = reading.upstreams.first?.servers.map { NodeID($0.address) }
    guard reading.upstreams.count == 1, read == servers.map({ NodeID($0.address.text) }) else {
      throw EmissionError(
        .invalidProperty, .cluster, "nginx would read another upstream",
        remedy: "change the properties")
    }
  }
}

extension NginxSplit {
  /// Throws if nginx would refuse the block, or would read other parts.
  func check(version: NginxVersion) throws(EmissionError) {
    let reading = try NginxReading(written: text, context: context, version: version)
    if let problem = reading.problems.first {
      throw EmissionError(
        .invalidProperty, .cluster, "nginx would refuse the block: \(problem.message)",
        remedy: problem.remedy ?? "change the property")
    }
    let read = reading.splits.first?.parts.map { NodeID($0.value ?? "") }
    guard reading.splits.count == 1, read == parts.map({ NodeID($0.value.text) }) else {
      throw EmissionError(
        .invalidProperty, .cluster, "nginx would read another block",
        remedy: "change the properties")
    }
  }
}

extension NginxSession {
  /// Throws if nginx would refuse the blocks, or would read other upstreams.
  func check(_ items: [NginxItem], context: NginxContext, version: NginxVersion)
    throws(EmissionError)
  {
    let reading = try NginxReading(
      written: NginxItem.print(items), context: context, version: version)
    guard reading.problems.isEmpty, reading.upstreams.map(\.name) == upstreamNames else {
      throw EmissionError(
        .invalidName, .name,
        "nginx would refuse the blocks: \(reading.problems.first?.message ?? "other upstreams")",
        remedy: reading.problems.first?.remedy ?? "use another name for the cluster")
    }
  }
}

extension NginxChoices {
  /// Throws if nginx would refuse the blocks, or would read other upstreams.
  func check(_ items: [NginxItem], version: NginxVersion) throws(EmissionError) {
    let reading = try NginxReading(
      written: NginxItem.print(items), context: .http, version: version)
    guard reading.problems.isEmpty, reading.upstreams.map(\.name) == upstreamNames else {
      throw EmissionError(
        .invalidName, .name,
        "nginx would refuse the blocks: \(reading.problems.first?.message ?? "other upstreams")",
        remedy: reading.problems.first?.remedy ?? "use another name for the cluster")
    }
  }
}

extension NginxReading {
  /// Reads a text that was written, without any limit.
  init(written text: String, context: NginxContext, version: NginxVersion)
    throws(EmissionError)
  {
    let path = "/written"
    let reader = NginxReader(
      files: ConfigurationFiles([path: Array(text.utf8)]), version: version,
      limits: NginxLimits(
        fileSize: .max, totalSize: .max, files: 1, blockDepth: 100, includeDepth: 1))
    do throws(ConfigurationError) {
      self = try reader.upstreams(in: path, place: .inside(context))
    } catch {
      throw EmissionError(
        .invalidProperty, .cluster, "nginx would refuse the text: \(error.message)",
        remedy: "change the properties")
    }
  }
}
