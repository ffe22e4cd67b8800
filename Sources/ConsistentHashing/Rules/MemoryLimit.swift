#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How much memory building a selector may take; see ``PlacementRule/memoryLimit``.
public struct MemoryLimit: Hashable, Sendable {
  /// The number of bytes.
  public let bytes: Double

  /// What to do for more, in an error.
  public let remedy: String

  /// Sets a limit.
  ///
  /// - Parameters:
  ///   - bytes: The number of bytes.
  ///   - remedy: What to do for more, such as the option of a program.
  public init(bytes: Double, remedy: String = "lower the weights or list fewer nodes") {
    self.bytes = bytes
    self.remedy = remedy
  }

  /// The memory of this machine.
  public static let machine = MemoryLimit(
    bytes: Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))))
}

/// About how much memory selectors take, measured on builds of rings of ten million points.
package enum MemoryEstimate {
  /// A node with its texts, in a cluster and in a selector.
  static let bytesPerNode = 400.0

  /// A point of a ring: listed first and sorted then.
  package static let bytesPerPoint = 27.0

  /// A point of a ring whose points are sorted as they are made.
  static let bytesPerSortedPoint = 14.0

  /// The memory for the points that a prediction counts.
  static func bytes(_ prediction: SharePrediction, perPoint: Double = bytesPerPoint) -> Double {
    guard case .points(let points) = prediction.spread else { return 0 }
    return perPoint * points.reduce(0, +)
  }
}

extension PlacementRule {
  /// Throws if building takes more memory than is allowed.
  ///
  /// Options that the rule refuses are left to the build, which says why.
  func checkMemory(_ cluster: Cluster, _ options: [String: String]) throws(ClusterError) {
    let limit = Self.memoryLimit
    guard let bytes = try? memory(for: cluster, options: options), bytes > limit.bytes else {
      return
    }
    let nodes = cluster.nodes
    let heaviest = nodes.indices.max { nodes[$0].weight < nodes[$1].weight } ?? 0
    let isEven = nodes.allSatisfy { $0.weight == nodes[0].weight }
    let count = nodes.count == 1 ? "1 node" : "\(nodes.count) nodes"
    let weights = Self.shown(weight: nodes[heaviest].weight)
    // A ring of more points is not built, whatever is allowed.
    let isHopeless = bytes > MemoryEstimate.bytesPerPoint * Double(KetamaRing.maximumPoints)
    throw ClusterError(
      .tooLarge, isEven ? .cluster : .node(heaviest),
      "\(name) takes about \(Self.shown(bytes: bytes)) of memory for \(count) with weights up to "
        + "\(weights), and \(Self.shown(bytes: limit.bytes)) are allowed",
      remedy: isHopeless ? "lower the weights or list fewer nodes" : limit.remedy)
  }

  private static func shown(weight: Double) -> String {
    Int(exactly: weight).map(String.init) ?? "\(weight)"
  }

  /// A number of bytes in the unit that suits it.
  private static func shown(bytes: Double) -> String {
    guard bytes < 1e15 else { return "more than a million GB" }
    if bytes < 1e6 { return "\(Int(bytes / 1e3 + 0.5)) KB" }
    if bytes < 1e8 { return "\(Int(bytes / 1e6 + 0.5)) MB" }
    let tenths = Int(bytes / 1e8 + 0.5)
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}
