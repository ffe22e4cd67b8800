public import Configurations
internal import ConsistentHashing

/// Reads the inventory of the house, which lists the servers of each pool.
///
///     pool sessions
///     server web-1 10.0.0.1:8080 weight=2
///     server web-2 10.0.0.2:8080 rack=b7
///
/// Keys are placed by the rule of the house. What follows the address is kept as a property of the node,
/// except for the weight.
public struct InventoryReader: ConfigurationReader {
  /// `inventory`.
  public let system = "inventory"

  /// `pool`.
  public let unit = "pool"

  /// Files that begin with `pool`, or end in `.inventory`.
  public let marks = ConfigurationMarks(firstWords: ["pool"], suffixes: [".inventory"])

  /// Creates a reader.
  public init() {}

  /// Reads an inventory; it includes no other files.
  public func reading(of bytes: [UInt8], file: String, files: ConfigurationFiles)
    throws(ConfigurationError) -> ConfigurationReading
  {
    var pools: [Pool] = []
    var problems: [ConfigurationProblem] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let location = ConfigurationLocation(file: file, line: number + 1)
      let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
      switch (words.first, words.count) {
      case (nil, _): continue
      case ("pool", 2): pools.append(Pool(name: words[1], location: location))
      case ("server", 3...) where !pools.isEmpty:
        pools[pools.count - 1].add(words, at: location, &problems)
      default:
        problems.append(
          ConfigurationProblem(
            severity: .error, message: "the line is neither a pool nor a server of one",
            remedy: "write 'pool NAME' or 'server NAME ADDRESS [KEY=VALUE …]'", location: location))
      }
    }
    return ConfigurationReading(clusters: pools.map(\.configured), problems: problems)
  }
}

/// A pool as it is read.
private struct Pool {
  let name: String
  let location: ConfigurationLocation
  var nodes: [Node] = []
  var nodeLocations: [ConfigurationLocation] = []

  init(name: String, location: ConfigurationLocation) {
    self.name = name
    self.location = location
  }

  mutating func add(
    _ words: [String], at location: ConfigurationLocation, _ problems: inout [ConfigurationProblem]
  ) {
    var node = Node(id: NodeID(words[1]), address: words[2])
    for word in words.dropFirst(3) {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      let weight = parts.count == 2 && parts[0] == "weight" ? Double(parts[1]) : nil
      if let weight {
        node.weight = weight
      } else if parts.count == 2, parts[0] != "weight" {
        node.properties[parts[0]] = parts[1]
      } else {
        problems.append(
          ConfigurationProblem(
            severity: .error, message: "'\(word)' is not a parameter",
            remedy: "write KEY=VALUE, or weight=NUMBER", location: location))
      }
    }
    nodes.append(node)
    nodeLocations.append(location)
  }

  /// The pool with its cluster, or why it has none.
  var configured: ConfiguredCluster {
    let result: Result<PlacedCluster, NoCluster>
    do throws(ClusterError) {
      let cluster = try Cluster(name: name, nodes: nodes)
      result = .success(PlacedCluster(cluster, Placement(.modulo, ModuloHash.Options())))
    } catch {
      var place = location
      if case .node(let position) = error.subject { place = nodeLocations[position] }
      result = .failure(
        NoCluster(
          nodes.isEmpty ? .empty : .rejected, error.problem, remedy: error.remedy, location: place))
    }
    return ConfiguredCluster(
      kind: "pool", name: name, summary: "\(nodes.count) servers", location: location,
      nodeLocations: nodeLocations, result: result)
  }
}
