internal import Configurations
internal import ConsistentHashing

/// The script with which nginx's JavaScript module places the keys of a cluster.
struct NginxScript {
  /// The file that `js_import` names.
  let file: EmissionFile

  /// The rules that the script knows.
  static let rules: [PlacementRule] = [.ketama, .jump, .rendezvous, .maglev]

  /// The largest script.
  private static let largest = 16 << 20

  /// Writes the script.
  ///
  /// - Parameters:
  ///   - placed: The cluster.
  ///   - tokens: The names of the servers, one for each node.
  ///   - key: The variable with the key, without its `$`.
  init(_ placed: PlacedCluster, tokens: [String], key: String) throws(EmissionError) {
    guard let rule = Self.rules.first(where: { $0.name == placed.placement.rule }) else {
      throw Self.unknownRule(placed.placement.rule)
    }
    let nodes = placed.nodes
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    guard
      rule.name != PlacementRule.rendezvous.name
        || Set(members.map { nodes[$0].weight }).count < 2
    else {
      throw EmissionError(
        .invalidWeight, .cluster,
        "the engine njs has no logarithm that is the same everywhere, which rendezvous needs for weights",
        remedy: "use maglev or ketama, give all nodes one weight, or use the engine lua")
    }
    let selector: any NodeSelector
    do throws(ClusterError) {
      selector = try rule.selector(
        for: placed.cluster, options: placed.placement.options, key: placed.placement.key)
    } catch {
      throw EmissionError(.invalidOption, error.subject, error.problem, remedy: error.remedy)
    }
    guard let table = NginxScriptTable(selector, members: members) else {
      throw Self.unknownRule(rule.name)
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

  static func unknownRule(_ name: String) -> EmissionError {
    EmissionError(
      .unknownRule, .algorithm, "the engine njs does not place keys by \(quoted(name))",
      remedy: "use one of \(rules.map(\.name).joined(separator: ", ")), or leave the engine out")
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
