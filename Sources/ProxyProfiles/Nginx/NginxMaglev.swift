public import ConsistentHashing

/// A Maglev table of 10 000 slots that nginx can look keys up in without a module, by `split_clients`.
///
/// nginx has no such rule of its own: `NginxEmitter` writes the table as blocks of `split_clients`. The rule:
///
/// - The table is filled as under `maglev` (`docs/hashing.md`): members in the order of their ids,
///   weights divided by their sum. The size is 10 000. With h(s) the XXH3 of the id under the seed s, a node
///   asks for the slots `offset + k · skip` modulo 10 000, where `offset = h(0) mod 10 000` and `skip`
///   is number `h(1) mod 4000`, counted from 0, of the numbers that end in 1, 3, 7 or 9.
/// - Keys are hashed by MurmurHash2, 32 bits, seed 0, as `split_clients` does. With
///   `g = min(⌊hash / 858 993 459⌋, 4)` and `i = min(⌊(hash − g · 858 993 459) / 429 496⌋, 1999)` the slot
///   is `2000 · g + i`: the widths are those that nginx makes of parts of 20 % and 0.01 %. A key without
///   bytes is in slot 0.
/// - The preference is the distinct nodes met from that slot on, along the table and from its end to its
///   beginning. Members whose weight is too small for a slot come last, in the order of their ids.
///
/// Nodes that are down keep their slots and are passed over. Drained nodes take no part.
///
/// Slots are equal up to 0.4 %, as the last of each group is wider by what nginx's roundings leave over.
/// When the membership changes, a few keys move between nodes that did not change, as in any Maglev
/// table; they are fewer the fewer nodes there are. Weights that differ by more than 1 in 100 are honoured
/// for up to 100 nodes.
public struct NginxMaglev: HashedSelector {
  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  /// The members, as positions in the order of their ids.
  private let members: [Int]
  private let isAvailable: [Bool]
  /// The member of each slot.
  private let owners: SlotTable
  /// The first node of each slot's preference.
  private let choices: SlotTable

  /// Fills the table of a cluster.
  ///
  /// - Complexity: O(slots · log slots) expected.
  /// - Throws: `ClusterError` if no node is available, or there are more members than slots.
  public init(_ cluster: Cluster) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let nodes = cluster.nodes
    let members = nodes.indices.filter { nodes[$0].isMember }
      .sorted { nodes[$0].id < nodes[$1].id }
    guard members.count <= NginxSlots.count else {
      throw ClusterError(
        .tooLarge, .cluster,
        "the table has \(NginxSlots.count) slots, and there are \(members.count) nodes",
        remedy: "use fewer nodes, or the algorithm nginx")
    }
    let table = MaglevPlacement.table(
      members.map { NginxSlots.permutation(of: nodes[$0].id.text) },
      weights: MaglevPlacement.normalised(members.map { nodes[$0].weight }),
      size: NginxSlots.count, marks: members.map { UInt32($0) }, bound: nodes.count)
    self.nodes = nodes
    self.members = members
    isAvailable = nodes.map(\.isAvailable)
    owners = SlotTable(table)
    choices = Self.choices(owners, members: members, isAvailable: isAvailable)
  }

  /// The first node that is up from each slot on.
  private static func choices(_ owners: SlotTable, members: [Int], isAvailable: [Bool]) -> SlotTable
  {
    guard members.contains(where: { !isAvailable[$0] }) else { return owners }
    var slots = owners.slots
    let first = slots.first { isAvailable[$0] } ?? members.first { isAvailable[$0] } ?? 0
    var next = first
    for slot in slots.indices.reversed() {
      if isAvailable[slots[slot]] { next = slots[slot] }
      slots[slot] = next
    }
    return SlotTable(slots.map { UInt32($0) }, bound: isAvailable.count)
  }

  /// The first nodes of the preference of every key in a slot.
  package func preference(ofSlot slot: Int, limit: Int) -> [Int] {
    var found: [Int] = []
    guard limit > 0 else { return found }
    _ = walk(from: slot) { index in
      found.append(index)
      return found.count < limit
    }
    return found
  }

  /// MurmurHash2 with 32 bits of output.
  public var keyHash: KeyHashIdentity { KeyHashIdentity(function: "murmur2-32") }

  /// MurmurHash2 of the key.
  public func hash(of key: Span<UInt8>) -> UInt64 {
    UInt64(MurmurHash2.hash(key, seed: 0))
  }

  /// The node of the hash's slot, or the next one that is not down.
  ///
  /// - Complexity: O(1), without allocation.
  public func index(forHash hash: UInt64) -> Int {
    choices.entries[NginxSlots.slot(UInt32(truncatingIfNeeded: hash))]
  }

  /// The distinct nodes met from the hash's slot on.
  ///
  /// - Complexity: O(nodes visited) expected for a few, O(slots) for all, without allocation up to 4096
  ///   nodes.
  @discardableResult
  public func walkPreference(forHash hash: UInt64, _ visit: (Int) -> Bool) -> PreferenceEnd {
    walk(from: NginxSlots.slot(UInt32(truncatingIfNeeded: hash)), visit)
  }

  private func walk(from slot: Int, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    for step in 0..<NginxSlots.count {
      let place = slot + step
      let index = owners.entries[place < NginxSlots.count ? place : place - NginxSlots.count]
      guard met.insert(index) else { continue }
      if isAvailable[index], !visit(index) { return .stopped }
      if met.count == members.count { return .everyNode }
    }
    for index in members where met.insert(index) {
      if isAvailable[index], !visit(index) { return .stopped }
    }
    return .everyNode
  }

  /// One interval for each run of slots of one node.
  ///
  /// - Complexity: O(slots).
  public func keySpace() -> KeySpace {
    var intervals = OwnedIntervals(.bits32, capacity: NginxSlots.count)
    for slot in 0..<NginxSlots.count {
      intervals.append(
        through: UInt64(NginxSlots.lastHash(ofSlot: slot)), .node(choices.entries[slot]))
    }
    return KeySpace(domain: .bits32, keyHash: keyHash, form: .intervals(intervals))
  }
}
