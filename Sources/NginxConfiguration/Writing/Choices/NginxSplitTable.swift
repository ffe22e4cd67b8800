internal import Configurations
internal import ConsistentHashing
internal import ProxyProfiles

/// The table of `nginx-maglev` as blocks of `split_clients`.
///
/// One block finds the group of slots that the key falls into, and a block of that group finds the slot.
/// nginx evaluates the block of one group alone.
struct NginxSplitTable {
  let names: NginxSessionNames
  let key: NginxToken
  /// The choices of each slot, as the engine's variable has them.
  private let slots: [String]

  /// Looks the choices of every slot up.
  ///
  /// - Parameter tokens: The names of the servers, one for each node.
  init(_ selector: NginxMaglev, tokens: [String], key: NginxToken, cluster: String) {
    names = NginxSessionNames(cluster: cluster)
    self.key = key
    slots = (0..<NginxSlots.count).map { slot in
      selector.preference(ofSlot: slot, limit: NginxChoices.most).map { tokens[$0] }
        .joined(separator: ".")
    }
  }

  /// The blocks and the map between them.
  func items() throws(NginxUnwritable) -> [NginxItem] {
    var items: [NginxItem] = [
      .comment(
        try NginxComment(
          "The slot of a key: \(NginxSlots.count) slots in \(NginxSlots.groups) groups, each with the names "
            + "of its servers.")),
      split(names.group, lines: groups),
      .blank,
    ]
    for group in 0..<NginxSlots.groups {
      items += [split(names.slots(ofGroup: group), lines: lines(ofGroup: group)), .blank]
    }
    let last = NginxSlots.groups - 1
    let map = NginxMap(
      names.group, names.choices, or: names.slots(ofGroup: last),
      (0..<last).map { ("\($0)", names.slots(ofGroup: $0)) })
    return items + [try map.item(), .blank]
  }

  private func split(_ variable: String, lines: [NginxItem]) -> NginxItem {
    .directive(
      NginxDirective(
        NginxToken(word: "split_clients"), [key, NginxToken(checked: variable)], block: lines))
  }

  private static let ofGroup = NginxToken(checked: "20%")
  private static let ofSlot = NginxToken(checked: "0.01%")
  private static let rest = NginxToken(word: "*")

  private static func line(_ part: NginxToken, _ value: NginxToken) -> NginxItem {
    .directive(NginxDirective(part, [value]))
  }

  private var groups: [NginxItem] {
    (0..<NginxSlots.groups).map { group in
      Self.line(
        group == NginxSlots.groups - 1 ? Self.rest : Self.ofGroup, NginxToken(number: group))
    }
  }

  /// The parts of a group: as many of 20 % as there are groups before it, so that its slots begin where it
  /// does.
  private func lines(ofGroup group: Int) -> [NginxItem] {
    let before = (0..<group).map { _ in Self.line(Self.ofGroup, NginxToken(empty: ())) }
    let slots = slots[(group * NginxSlots.inGroup)...].prefix(NginxSlots.inGroup)
    return before
      + slots.enumerated().map { place, choices in
        Self.line(
          place == NginxSlots.inGroup - 1 ? Self.rest : Self.ofSlot, NginxToken(checked: choices))
      }
  }
}
