public import ConsistentHashing

/// One line of an nginx `split_clients` block: which part of the values it takes.
public enum NginxSplitPart: Hashable, Sendable {
  /// A percentage in hundredths of a percent, 1 to 10 000.
  case hundredths(Int)
  /// `*`: whatever the lines before leave.
  case rest

  /// Reads a percentage as `split_clients` writes it, with or without the percent sign, or `*`.
  ///
  /// Up to two digits behind the point, more than 0 and at most 100; nil for anything else, as for
  /// nginx.
  public init?(_ text: String) {
    if text == "*" {
      self = .rest
      return
    }
    var digits = text.utf8[...]
    if digits.last == UInt8(ascii: "%") { digits.removeLast() }
    var value = 0
    var decimals: Int?
    for byte in digits {
      if byte == UInt8(ascii: "."), decimals == nil {
        decimals = 0
        continue
      }
      guard (0x30...0x39).contains(byte), value <= 10_000, decimals ?? 0 < 2 else { return nil }
      value = value * 10 + Int(byte) - 0x30
      decimals = decimals.map { $0 + 1 }
    }
    for _ in (decimals ?? 0)..<2 { value *= 10 }
    guard digits.count > (decimals == nil ? 0 : 1), (1...10_000).contains(value) else { return nil }
    self = .hundredths(value)
  }

  /// The property of nodes that gives the percentage of a part as it is written.
  public static let percent = AlgorithmOption(
    name: "percent", kind: .text, standard: nil,
    summary:
      "the part as split_clients writes it, such as 33.34% or *; its share of the weights unless given"
  )

  /// The parts of a cluster's members, in their order; nil for a node that is drained, whose line is
  /// left out.
  ///
  /// - Throws: `ClusterError` if some members have the property ``percent`` and some have not, one of
  ///   them is malformed, or a share of the weights is below 0.01 %.
  static func parts(of cluster: Cluster) throws(ClusterError) -> [NginxSplitPart?] {
    let nodes = cluster.nodes
    let members = nodes.indices.filter { nodes[$0].isMember }
    let written = members.filter { nodes[$0].properties[percent.name] != nil }
    if written.isEmpty { return try shares(of: nodes, members) }
    var parts = [NginxSplitPart?](repeating: nil, count: nodes.count)
    for position in members {
      let node = nodes[position]
      guard let text = node.properties[percent.name] else {
        throw ClusterError(
          .invalidProperty, .node(position), "node '\(node.id)' has no percent, but others have",
          remedy: "give it one, or let all parts follow from the weights")
      }
      guard let part = NginxSplitPart(text) else {
        throw ClusterError(
          .invalidProperty, .node(position), "the percent of node '\(node.id)' cannot be '\(text)'",
          remedy: "use 0.01 to 100 with at most two decimals, or * for the rest")
      }
      parts[position] = part
    }
    return parts
  }

  /// Each member's share of the weights, rounded down to 0.01 %; the last takes the rest.
  private static func shares(of nodes: [Node], _ members: [Int])
    throws(ClusterError) -> [NginxSplitPart?]
  {
    let total = members.reduce(0) { $0 + nodes[$1].weight }
    var parts = [NginxSplitPart?](repeating: nil, count: nodes.count)
    for position in members.dropLast() {
      // Never negative, and at most 10 000: conversion truncates.
      let share = Int(nodes[position].weight * 10_000 / total)
      guard share > 0 else {
        throw ClusterError(
          .invalidWeight, .node(position),
          "node '\(nodes[position].id)' would get less than 0.01 % of the keys",
          remedy: "raise its weight: split_clients knows no smaller part")
      }
      parts[position] = .hundredths(share)
    }
    if let last = members.last { parts[last] = .rest }
    return parts
  }
}
