package import ConsistentHashing

/// One line of an nginx `split_clients` block: which part of the values it takes.
package enum NginxSplitPart: Hashable, Sendable {
  /// A percentage in hundredths of a percent, 1 to 10 000.
  case hundredths(Int)
  /// `*`: whatever the lines before leave.
  case rest

  /// Reads a percentage as `split_clients` writes it, with or without the percent sign, or `*`.
  ///
  /// It has up to two decimals, is more than 0 and at most 100; nil for anything else, which nginx
  /// refuses.
  package init?(_ text: String) {
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
  package static let percent = OptionDescription(
    name: "percent", kind: .text,
    summary:
      "the part as split_clients writes it, such as 33.34% or *; its share of the weights unless given"
  )

  /// The parts of a cluster's members with their positions, in the order of the list.
  ///
  /// The line of a drained node is left out.
  ///
  /// - Throws: `ClusterError` if some members have the property ``percent`` and others do not, one of
  ///   them is malformed, or a share of the weights is below 0.01 %.
  package static func parts(of cluster: Cluster) throws(ClusterError) -> [(
    position: Int, part: Self
  )] {
    let members = cluster.nodes.enumerated().filter { $1.isMember }
    let isWritten = members.contains { $1.properties[percent.name] != nil }
    let total = members.reduce(0) { $0 + $1.element.weight }
    var parts: [(position: Int, part: Self)] = []
    for (position, node) in members {
      let part: Self
      if isWritten {
        part = try written(node, at: position)
      } else if position == members.last?.offset {
        part = .rest
      } else {
        part = try share(of: node, at: position, total: total)
      }
      parts.append((position, part))
    }
    return parts
  }

  /// The weight of each node in the shares: its percentage where the parts are written.
  ///
  /// - Throws: `ClusterError` as ``parts(of:)`` does.
  static func weights(of cluster: Cluster) throws(ClusterError) -> [Double] {
    var weights = cluster.availableWeights
    guard cluster.nodes.contains(where: { $0.properties[percent.name] != nil }) else {
      return weights
    }
    var left = 10_000
    for (position, part) in try parts(of: cluster) {
      let hundredths = if case .hundredths(let value) = part { value } else { max(left, 0) }
      left -= hundredths
      if weights[position] > 0 { weights[position] = Double(hundredths) }
    }
    return weights
  }

  private static func written(_ node: Node, at position: Int) throws(ClusterError) -> Self {
    guard let text = node.properties[percent.name] else {
      throw ClusterError(
        .invalidProperty, .node(position),
        "node \(quoted(node.id.text)) has no percent, but others have",
        remedy: "give it one, or let all parts follow from the weights")
    }
    guard let part = NginxSplitPart(text) else {
      throw ClusterError(
        .invalidProperty, .node(position),
        "the percent of node \(quoted(node.id.text)) cannot be \(quoted(text))",
        remedy: "use 0.01 to 100 with at most two decimals, or * for the rest")
    }
    return part
  }

  /// A share of the weights, rounded down to 0.01 %.
  private static func share(of node: Node, at position: Int, total: Double)
    throws(ClusterError) -> Self
  {
    // Never negative, and at most 10 000: conversion truncates.
    let share = Int(node.weight * 10_000 / total)
    guard share > 0 else {
      throw ClusterError(
        .invalidWeight, .node(position),
        "node \(quoted(node.id.text)) would get less than 0.01 % of the keys",
        remedy: "raise its weight: split_clients has no smaller part")
    }
    return .hundredths(share)
  }
}
