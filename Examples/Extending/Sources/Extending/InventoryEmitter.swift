public import Configurations
public import ConsistentHashing

/// Writes a pool of the inventory; see ``InventoryReader``.
public struct InventoryEmitter: ConfigurationEmitter {
  /// There is nothing that the cluster does not say.
  public typealias Options = NoOptions

  /// `inventory`.
  public static let system = "inventory"

  /// What is written.
  public static let summary = "a pool of the inventory of the house"

  /// The rule of the house.
  public static let rules = [PlacementRule.modulo.name]

  /// Creates an emitter.
  public init(_ options: NoOptions = NoOptions()) {}

  /// Writes a pool; zones, states and properties of the cluster have no place in an inventory.
  public func emit(_ placed: PlacedCluster) throws(EmissionError) -> Emission {
    guard Self.rules.contains(placed.placement.rule) else {
      throw EmissionError(
        .unknownRule, .algorithm, "the house does not place keys by \(placed.placement.rule)",
        remedy: "use \(PlacementRule.modulo.name)")
    }
    var notes = placed.cluster.properties.keys.sorted().map {
      EmissionNote($0, reason: "an inventory has no parameters of pools")
    }
    var lines = ["pool \(placed.name)"]
    for node in placed.nodes {
      var words = ["server", node.id.text, node.address]
      if node.weight != 1 { words.append("weight=\(node.weight)") }
      words += node.properties.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.append(words.joined(separator: " "))
      if node.zone != nil {
        notes.append(EmissionNote("zone", of: node.id, reason: "an inventory has no zones"))
      }
      if node.state != .up {
        notes.append(EmissionNote("state", of: node.id, reason: "an inventory has no states"))
      }
    }
    return Emission(text: lines.joined(separator: "\n") + "\n", notes: notes)
  }
}
