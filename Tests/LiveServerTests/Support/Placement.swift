/// Where `chash` says that a key goes.
struct Placement: Sendable {
  var key: [UInt8]
  /// The servers as nginx shows them, in the order in which it must try them.
  var order: [String]
  /// Whether nginx leaves its hash after them, so that no key determines what follows.
  var leavesHash = false

  /// The servers that nginx must try if some of them refuse: up to the first that does not.
  func tries(refusing: Set<String>) -> [String] {
    let end = order.firstIndex { !refusing.contains($0) }
    return Array(order[..<(end.map { $0 + 1 } ?? order.count)])
  }
}

extension Topology {
  /// Reads `chash lookup --format tsv`, which answers for each key in turn.
  func placements(from output: [UInt8], hasPreference: Bool) throws -> [Placement] {
    let shown = shownAddresses
    let written = Dictionary(uniqueKeysWithValues: servers.map { ($0.id, $0.address) })
    return try output.split(separator: 0x0A).map { line in
      let cells = line.split(separator: 0x09, omittingEmptySubsequences: false)
      let failure = Chash.Failure.unexpectedOutput(String(decoding: line, as: UTF8.self))
      var texts = cells.dropFirst().map { String(decoding: $0, as: UTF8.self) }
      var placement = Placement(key: Array(cells[0]), order: [])
      if let rule = texts.firstIndex(of: "(round robin)") {
        placement.leavesHash = true
        texts.removeSubrange(rule...)
      } else if !hasPreference {
        guard texts.count == 2, written[texts[0]] == texts[1] else { throw failure }
        texts.removeLast()
      }
      for id in texts {
        guard let address = shown[id] else { throw failure }
        placement.order.append(address)
      }
      return placement
    }
  }
}
