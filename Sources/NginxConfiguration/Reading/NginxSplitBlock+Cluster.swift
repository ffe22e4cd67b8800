public import Configurations
public import ConsistentHashing
internal import ProxyProfiles

extension NginxSplitBlock {
  /// The cluster that this block describes.
  ///
  /// Each part becomes a node with the property `percent`. The value is the address. A last part with an
  /// empty value is left out, since nginx gives the empty value to keys of no part as well.
  ///
  /// - Throws: `NoCluster` if nginx rejects the block, a later block sets the same variable, or a value
  ///   cannot be an address.
  public func cluster() throws(NoCluster) -> PlacedCluster {
    if let flaw {
      throw NoCluster(
        .rejected, flaw.message, remedy: flaw.remedy ?? "nginx would not start with this",
        location: flaw.location)
    }
    let title = "split_clients $\(variable)"
    guard !isReplaced else {
      throw NoCluster(
        .replaced, "a later split_clients sets $\(variable) as well",
        remedy: "remove one of the two", location: location)
    }
    guard !members.isEmpty else {
      throw NoCluster(
        .empty, "\(title) has no part with a value", remedy: "name a block that has one",
        location: location)
    }
    var ids = NginxNodeIDs()
    var nodes: [Node] = []
    var sum = 0
    for (position, part) in members.enumerated() {
      guard let value = part.value else {
        throw NoCluster(
          .inexpressible, "a part of \(title) has no value", remedy: "write one",
          location: part.location)
      }
      guard let size = NginxSplitPart(part.percent), size != .rest || position == members.count - 1
      else {
        throw NoCluster(
          .inexpressible, "the part \(quoted(part.percent)) of \(title) gets no share that it says",
          remedy: "write parts of at most 100 % together, and * once, at the end",
          location: part.location)
      }
      if case .hundredths(let hundredths) = size { sum += hundredths } else { sum = 0 }
      nodes.append(
        Node(
          id: ids.next(for: value), address: value,
          properties: [NginxSplitPart.percent.name: part.percent]))
    }
    var options = NginxSplitClients.Options()
    if givesRemainderToLast, sum == 10_000, members.count == parts.count {
      options.remainder = .last
    }
    return try cluster(of: nodes, options)
  }

  /// The parts that can be nodes.
  var members: ArraySlice<NginxSplitLine> {
    parts.last?.value == "" ? parts.dropLast() : parts[...]
  }

  private func cluster(of nodes: [Node], _ options: NginxSplitClients.Options) throws(NoCluster)
    -> PlacedCluster
  {
    var properties = NginxProperty.context(context)
    let source = key?.source(in: context)
    if source == nil { properties[NginxProperty.key] = key?.text }
    do throws(ClusterError) {
      let cluster = try Cluster(configured: variable, nodes: nodes, properties: properties)
      return PlacedCluster(cluster, Placement(.nginxSplitClients, options, key: source))
    } catch {
      var place = location
      if case .node(let position) = error.subject { place = parts[position].location }
      throw NoCluster(
        .inexpressible, error.problem, remedy: "name a block whose values are addresses or names",
        location: place)
    }
  }
}
