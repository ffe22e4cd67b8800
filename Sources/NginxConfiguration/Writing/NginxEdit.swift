public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

/// A configuration in which the block of a cluster is written anew.
public struct NginxEdit: Hashable, Sendable {
  /// The file.
  ///
  /// All bytes outside of the block are as they were.
  public let bytes: [UInt8]
  /// The block, in the file as it was.
  public let location: ConfigurationLocation
  /// Every parameter of the cluster that was left out.
  public let notes: [EmissionNote]
  /// What the operator should know.
  public let warnings: [String]
}

extension NginxEmitter {
  /// Writes a cluster into a configuration that has a block of its name.
  ///
  /// The block is replaced; every other byte of the file stays. What the old block says and the cluster does
  /// not, such as `keepalive` or `max_fails` of a server, is kept: a node is found in it by its address.
  ///
  /// - Parameters:
  ///   - placed: The cluster. Its name, or that of its variable, names the block.
  ///   - bytes: The file.
  ///   - file: The name of the file.
  ///   - files: The files that it includes. They are not changed.
  /// - Throws: `EmissionError` if the file cannot be read, has no such block or several, or as ``emit(_:)``
  ///   does.
  public func edit(
    _ placed: PlacedCluster, in bytes: [UInt8], file: String, files: ConfigurationFiles
  ) throws(EmissionError) -> NginxEdit {
    if case .session? = placed.placement.key {
      throw EmissionError(
        .invalidOption, .key,
        "a session has maps and upstreams beside the block, which an edit cannot add",
        remedy: "write them to a file of their own with --output, and include it")
    }
    if try hasMaps(placed) {
      throw EmissionError(
        .invalidOption, .key,
        "the key \(quoted("\(placed.placement.key?.description ?? "")")) has maps beside the block, which an "
          + "edit cannot add",
        remedy: "write them to a file of their own with --output, and include it")
    }
    guard options.part == .upstreams else {
      throw EmissionError(
        .invalidOption, .cluster, "only a block of upstreams can be edited",
        remedy: "leave the part out, or write to a file of its own")
    }
    guard !options.engine.needsFiles else {
      throw EmissionError(
        .invalidOption, .cluster,
        "the engine \(options.engine.rawValue) has files beside the block, which an edit cannot add",
        remedy: "write to a file of its own with --output, and include it")
    }
    let reading: NginxReading
    do throws(ConfigurationError) {
      reading = try NginxReader().upstreams(of: bytes, file: file, files: files)
    } catch {
      throw EmissionError(
        .invalidOption, .cluster, "\(error)", remedy: "correct the file before it is edited")
    }
    let block = try Self.block(of: placed, in: reading, file: file)
    guard let tree = reading.files.first(where: { $0.file == file }), tree.bytes == bytes else {
      throw EmissionError(
        .invalidOption, .cluster, "\(file) is not a single file", remedy: "name the file itself")
    }
    var placed = placed
    placed.cluster = try Self.keeping(block.old, in: placed.cluster)
    let emission = try emit(placed)
    // The line above the block says who wrote it, and would be written again with each edit.
    let items = try items(of: placed).filter { item in
      if case .comment = item { false } else { true }
    }
    return NginxEdit(
      bytes: tree.replacing(block.range, with: items), location: block.location,
      notes: emission.notes, warnings: emission.warnings)
  }

  private struct Block {
    let range: Range<Int>
    let location: ConfigurationLocation
    let context: NginxContext
    let old: Cluster?
  }

  /// The only block of a cluster's name.
  private static func block(of placed: PlacedCluster, in reading: NginxReading, file: String)
    throws(EmissionError) -> Block
  {
    let isSplit = placed.placement.rule == PlacementRule.nginxSplitClients.name
    let name = placed.cluster.name
    let found: [Block]
    if isSplit {
      found = reading.splits.filter { $0.variable == name && $0.location.file == file }.map {
        Block(
          range: $0.range, location: $0.location, context: $0.context,
          old: try? $0.cluster().cluster)
      }
    } else {
      found = reading.upstreams.filter {
        $0.name.lowercased() == name.lowercased() && $0.location.file == file
      }.map {
        Block(
          range: $0.range, location: $0.location, context: $0.context,
          old: try? $0.cluster().cluster)
      }
    }
    let title = isSplit ? "split_clients $\(name)" : "upstream \(quoted(name))"
    guard let block = found.first else {
      let names = isSplit ? reading.splits.map { "$\($0.variable)" } : reading.upstreams.map(\.name)
      throw EmissionError(
        .invalidName, .cluster, "\(file) has no \(title)",
        remedy: names.isEmpty
          ? "include what generate writes with --output"
          : "name the cluster as one of \(names.joined(separator: ", "))")
    }
    guard found.count == 1 else {
      throw EmissionError(
        .invalidName, .cluster,
        "\(file) has \(found.count) times \(title), first at \(block.location)",
        remedy: "edit it by hand, or rename one")
    }
    return block
  }

  /// A cluster with what an older one says besides.
  private static func keeping(_ old: Cluster?, in cluster: Cluster) throws(EmissionError) -> Cluster
  {
    guard let old else { return cluster }
    var parameters: [NodeID: [String: String]] = [:]
    for node in old.nodes { parameters[NodeID(node.address)] = node.properties }
    let nodes = cluster.nodes.map { node in
      var node = node
      node.properties.merge(parameters[NodeID(node.address)] ?? [:]) { new, _ in new }
      return node
    }
    var properties = cluster.properties
    // The key is the cluster's own.
    properties.merge(old.properties.filter { $0.key != NginxProperty.key }) { new, _ in new }
    do throws(ClusterError) {
      return try Cluster(
        name: cluster.name, nodes: nodes, properties: properties,
        allowsRepeatedAddresses: cluster.allowsRepeatedAddresses)
    } catch {
      throw EmissionError(.invalidProperty, error.subject, error.problem, remedy: error.remedy)
    }
  }
}
