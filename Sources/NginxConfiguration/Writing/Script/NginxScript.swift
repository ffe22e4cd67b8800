internal import Configurations
internal import ConsistentHashing

/// The script with which nginx's JavaScript module places the keys of a cluster.
struct NginxScript {
  /// The file that `js_import` names.
  let file: EmissionFile

  /// The largest script.
  private static let largest = 16 << 20

  /// Writes the script.
  ///
  /// - Parameters:
  ///   - placed: The cluster.
  ///   - tokens: The names of the servers, one for each node.
  ///   - key: The variable with the key, without its `$`.
  init(_ placed: PlacedCluster, tokens: [String], key: String) throws(EmissionError) {
    let routing = try NginxRouting(placed, engine: .njs)
    let (nodes, members) = (placed.nodes, routing.members)
    guard
      routing.rule.name != PlacementRule.rendezvous.name
        || Set(members.map { nodes[$0].weight }).count < 2
    else {
      throw EmissionError(
        .invalidWeight, .cluster,
        "the engine njs has no logarithm that is the same everywhere, which rendezvous needs for weights",
        remedy: "use maglev or ketama, give all nodes one weight, or use the engine lua")
    }
    guard let table = NginxScriptTable(routing.selector, members: members) else {
      throw NginxRouting.unknownRule(routing.rule.name, .njs)
    }
    let text = Self.text(
      table, tokens: members.map { tokens[$0] }, suffix: "_\(placed.name)", key: key,
      isUp: members.map { nodes[$0].isAvailable })
    guard text.utf8.count <= Self.largest else {
      throw EmissionError(
        .tooLarge, .cluster, "the script would have more than \(Self.largest >> 20) MiB",
        remedy: "lower the weights, the virtual nodes or the number of slots")
    }
    file = EmissionFile(of: placed.name, kind: "js", bytes: Array(text.utf8))
  }

  private static func text(
    _ table: NginxScriptTable, tokens: [String], suffix: String, key: String, isUp: [Bool]
  ) -> String {
    let again = NginxScriptConstants.Halves(NginxScriptConstants.eightBytes(seed: 0))
    let health =
      isUp.contains(false)
      ? "const up = \"\(isUp.map { $0 ? "1" : "0" }.joined())\";\n"
        + "function isUp(member) { return up.charCodeAt(member) === 49; }"
      : "function isUp() { return true; }"
    return """
      // Written by chash generate nginx --engine njs. The name of this file has a number of its contents: write
      // it again instead of changing it.

      // The members, in the order of their ids.
      const members = \(tokens.count), patience = 64;
      const tokens = "\(tokens.joined())";
      \(health)
      \(table.lines.joined(separator: "\n"))

      \(NginxScriptArithmetic.text)
      \(NginxScriptHash.text(seed: table.seed))

      // A further hash of a number, under the seed t.
      function rehashUnder(t, h, l) {
          const lower = \(again.lower) - t;
          rehash(h, l, (\(again.upper) - reversed(t) - (lower < 0 ? 1 : 0)) >>> 0, lower >>> 0);
      }

      \(table.algorithm)

      // The upstream of a choice, counted from 1.
      function choice(r, place) {
          const key = r.rawVariables["\(key)"];
          hash(key === undefined ? Buffer.alloc(0) : key);
          const found = walk(place);
          return tokens.substr(12 * found[found.length - 1], 12) + "\(suffix)";
      }

      function first(r) { return choice(r, 1); }
      function second(r) { return choice(r, 2); }
      function third(r) { return choice(r, 3); }

      export default { first, second, third };

      """
  }
}
