public import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// Reads the clusters of a configuration of Envoy: a bootstrap in YAML or JSON, a file of clusters that
/// Envoy watches (`resources`), or the answer of `/config_dump`.
///
/// The id of a node is what Envoy hashes: `hash_key` of the metadata `envoy.lb`, the name of the host
/// under `use_hostname_for_hashing`, and the address otherwise. The key is the `hash_policy` of the
/// routes to the cluster.
///
/// The reader checks clusters, their endpoints and the settings of hashing as Envoy does, and nothing
/// else. It opens no file that the configuration names.
public struct EnvoyReader: Sendable {
  /// The addresses of host names.
  ///
  /// Nil to take names as they are written.
  public internal(set) var hosts: HostAnswers?

  /// Creates a reader.
  public init(hosts: HostAnswers? = nil) {
    self.hosts = hosts
  }
}

extension EnvoyReader: ConfigurationReader {
  /// `Envoy`.
  public var system: String { "Envoy" }

  /// The reader with these addresses.
  public func reader(in surroundings: ConfigurationSurroundings) -> any ConfigurationReader {
    EnvoyReader(hosts: surroundings.hosts)
  }

  /// `cluster`.
  public var unit: String { "cluster" }

  /// Files with `envoy` in their names; see ``likeness(of:)``.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(firstWords: [], nameParts: ["envoy"])
  }

  /// The largest likeness for a file that has the system's own fields, 0 for all others.
  public func likeness(of bytes: [UInt8]) -> Int { isOwn(bytes) ? .max : 0 }

  /// Whether a file has `static_resources`, or resources of Envoy's types.
  private func isOwn(_ bytes: [UInt8]) -> Bool {
    guard
      let outline = YAMLOutline(
        bytes.span, until: ["static_resources", "staticResources", "nodes"]),
      !outline.contains("nodes")
    else { return false }
    if outline.contains("static_resources") || outline.contains("staticResources") { return true }
    let types = outline.contains("resources") || outline.contains("configs")
    return types && bytes.span.contains("type.googleapis.com/envoy.")
  }

  /// Reads a configuration.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    do {
      return reading(of: try Self.document(bytes), file: file)
    } catch {
      throw ConfigurationError(
        .malformed, error.problem,
        ConfigurationLocation(file: file, line: error.position?.line ?? 1))
    }
  }

  /// The first document of a file, which is the one that Envoy reads.
  private static func document(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
    guard let first = try YAMLNode.documents(in: bytes.span).first else {
      throw YAMLError(
        position: nil, problem: "the file is empty", remedy: "write 'static_resources:'")
    }
    return first
  }

  private func reading(of root: YAMLNode, file: String) -> ConfigurationReading {
    var problems = EnvoyProblems(file: file)
    if let resources = EnvoyMessage(root).message("static_resources") {
      problems.check(resources, "static_resources", ["listeners", "clusters", "secrets"])
    }
    var policies = EnvoyHashPolicies()
    policies.collect(root)
    var names: Set<NodeID> = []
    var parts: [ConfiguredCluster] = []
    for message in Self.clusters(in: EnvoyMessage(root)) {
      var cluster = EnvoyCluster(message, &problems)
      if !cluster.name.isEmpty, !names.insert(NodeID(cluster.name)).inserted {
        problems.add(
          "cluster manager: duplicate cluster \(quoted(cluster.name))", "rename one",
          cluster.position)
      }
      cluster.resolve(hosts)
      parts.append(cluster.configured(policies.lists(for: cluster.name), file: file))
    }
    return ConfigurationReading(clusters: parts, problems: problems.list)
  }

  /// The clusters of a file, whatever holds them.
  private static func clusters(in root: EnvoyMessage) -> [EnvoyMessage] {
    var clusters = root.message("static_resources")?.messages("clusters") ?? []
    clusters += root.messages("resources").filter {
      $0.text("@type")?.hasSuffix("envoy.config.cluster.v3.Cluster") == true
    }
    for config in root.messages("configs") {
      for list in ["static_clusters", "dynamic_active_clusters", "dynamic_warming_clusters"] {
        clusters += config.messages(list).compactMap { $0.message("cluster") }
      }
    }
    return clusters
  }
}

extension Span<UInt8> {
  /// Whether a text stands somewhere in the bytes.
  fileprivate func contains(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    let length = wanted.count
    guard count >= length else { return false }
    var start = 0
    while start <= count - length {
      var offset = 0
      while offset < length, self[start + offset] == wanted[offset] { offset += 1 }
      if offset == length { return true }
      start += 1
    }
    return false
  }
}
