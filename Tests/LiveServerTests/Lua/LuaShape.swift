import Testing

/// A cluster under one of the algorithms that the Lua program knows.
struct LuaShape: Sendable, CustomTestStringConvertible {
  let algorithm: String
  let shape: Shape
  /// Further lines of the document.
  var lines = ""
  /// Further fields of the nodes.
  var fields: @Sendable (Int) -> String = { _ in "" }

  var testDescription: String { "\(algorithm): \(shape.testDescription)" }

  static let algorithms = ["ketama", "jump", "rendezvous", "maglev"]

  /// All algorithms with shapes, and those with options of their own.
  static func all(_ shapes: [Shape]) -> [LuaShape] {
    algorithms.flatMap { algorithm in shapes.map { LuaShape(algorithm: algorithm, shape: $0) } }
  }

  static let withOptions: [LuaShape] = [
    LuaShape(
      algorithm: "ketama", shape: Shape("40 points, a seed, fractions", weights: [1, 1, 1, 1, 1]),
      lines: "options: { virtual-nodes: 40, seed: 18446744073709551615 }\n",
      fields: { ", weight: \(["0.3", "1", "2.75", "0.001", "1.5"][$0])" }),
    LuaShape(
      algorithm: "ketama", shape: Shape("a single point", weights: [1]),
      lines: "options: { virtual-nodes: 1 }\n"),
    LuaShape(
      algorithm: "maglev",
      shape: Shape(
        "31 slots, three of nine down", weights: .init(repeating: 1, count: 9), down: [0, 4, 8]),
      lines: "options: { table-size: 31, seed: 7 }\n"),
    LuaShape(
      algorithm: "maglev", shape: Shape("fractions", weights: [1, 1, 1, 1]),
      lines: "options: { table-size: 1009 }\n",
      fields: { ", weight: \(["0.3", "1", "2.75", "0.01"][$0])" }),
    LuaShape(
      algorithm: "jump", shape: Shape("vacant slots", weights: [1, 1, 1, 1]),
      lines: "options: { seed: 3 }\nslots: 40\n",
      fields: { ", slots: [\(["3", "0, 9", "39", "17, 18, 21"][$0])]" }),
    LuaShape(
      algorithm: "rendezvous",
      shape: Shape("fractions, two the same, one down", weights: [1, 1, 1, 1, 1], down: [3]),
      lines: "options: { seed: 1 }\n",
      fields: { ", weight: \(["0.3", "1000", "0.3", "2", "417.5"][$0])" }),
  ]

  /// The cluster at a port.
  func topology(_ plain: Topology, fields more: String = "") -> Topology {
    var topology = plain
    topology.algorithm = algorithm
    topology.lines = lines
    for index in topology.servers.indices {
      topology.servers[index].fields = fields(index) + more
    }
    return topology
  }
}
