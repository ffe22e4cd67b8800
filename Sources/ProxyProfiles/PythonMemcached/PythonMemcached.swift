public import ConsistentHashing

/// What the client python-memcached (`import memcache`) picks, bit for bit.
///
/// Rule (python-memcached 1.59 to 1.62 on Python 3, checked against 1.62): a list has every server as often as
/// its weight says, in the order in which they are given. A key goes to the place `hash mod length`. If that
/// server is dead, the next hash is that of the digits of the hash followed by those of the number of the
/// attempt, from 0. After ten attempts the client gives up: nothing is stored or found.
///
/// Keys are bytes, texts are hashed as UTF-8, and with `key_prefix` the prefix is a part of the key. A
/// program that passes a pair of a number and a key uses the number instead of the hash.
///
/// State `down` is a server that is dead: it keeps its places, and its keys go on. Nodes in state `drain` or of
/// weight 0 are left out. The preference is the order in which a key comes to servers.
public struct PythonMemcached: NodeSelector {
  /// A hash function of the client.
  public enum Hash: String, CaseIterable, Sendable {
    /// Bits 16 to 30 of the CRC-32: the default of 1.60 and later.
    case cmemcache
    /// The same with 1 instead of 0: the default up to 1.59.
    case cmemcacheWithoutZero = "cmemcache-1.59"
    /// The CRC-32, after `useOldServerHashFunction()`.
    case crc32
  }

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// The hash of keys.
    public var keyHash = Hash.cmemcache

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word(
        "hash", \.keyHash,
        "cmemcache since 1.60, cmemcache-1.59 before it, crc32 after useOldServerHashFunction()")
    ]
  }

  /// How often the client looks for a server that is not dead.
  public static let attempts = 10

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let function: Hash
  private let crc = CRC32()
  private let wheel: WeightWheel
  private let memberCount: Int

  private static let stateRule = "no server after ten attempts"

  /// Takes the servers of a cluster, given its ``Options`` one by one.
  public init(_ cluster: Cluster, keyHash: Hash) throws(ClusterError) {
    var options = Options()
    options.keyHash = keyHash
    try self.init(cluster, options)
  }

  /// Takes the servers of a cluster.
  ///
  /// - Throws: `ClusterError` if no node is up or a weight is not whole.
  public init(_ cluster: Cluster, _ options: Options = Options()) throws(ClusterError) {
    try cluster.requireAvailableNode()
    let system = TargetSystem("python-memcached")
    var places: [(owner: Int, weight: Int)] = []
    for (position, node) in cluster.nodes.enumerated() where node.isMember {
      places.append((position, try system.weight(of: node, at: position)))
    }
    nodes = cluster.nodes
    function = options.keyHash
    wheel = WeightWheel(places)
    memberCount = places.count
  }

  /// The hash of a key, of 15 or 32 bits; 0 under ``Hash/cmemcacheWithoutZero`` as well.
  public func hash(of key: Span<UInt8>) -> UInt64? { UInt64(value(key)) }

  private func value(_ bytes: Span<UInt8>) -> UInt32 {
    let checksum = crc.checksum(bytes)
    return function == .crc32 ? checksum : checksum &>> 16 & 0x7FFF
  }

  /// The hash as the client uses it.
  private func used(_ value: UInt32) -> UInt32 {
    function == .cmemcacheWithoutZero && value == 0 ? 1 : value
  }

  /// The node that the client sends a key to; nil if it meets none that is up.
  ///
  /// - Complexity: O(length of the key + log nodes), without allocation.
  public func index(for key: Span<UInt8>) -> Int? { index(forValue: value(key)) }

  private func index(forValue value: UInt32) -> Int? {
    let first = wheel.owner(ofHash: UInt64(used(value)))
    if nodes[first].isAvailable { return first }
    var found: Int?
    forEachAttempt(value) { node in
      if nodes[node].isAvailable { found = node }
      return found == nil
    }
    return found
  }

  /// Visits the servers that the client comes to, dead ones and repeated ones as well.
  ///
  /// - Returns: Whether the visit went on to the end.
  @discardableResult
  private func forEachAttempt(_ value: UInt32, _ visit: (Int) -> Bool) -> Bool {
    var hash = used(value)
    for attempt in 0..<Self.attempts {
      if !visit(wheel.owner(ofHash: UInt64(hash))) { return false }
      hash = used(next(hash, attempt))
    }
    return true
  }

  /// The hash of the decimal digits of a hash and of the number of an attempt.
  private func next(_ hash: UInt32, _ attempt: Int) -> UInt32 {
    var text = InlineArray<11, UInt8>(repeating: 0x30)
    var start = 10
    text[10] += UInt8(truncatingIfNeeded: attempt)
    var left = hash
    repeat {
      start -= 1
      text[start] += UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    } while left > 0
    return value(text.span.extracting(start..<11))
  }

  /// Visits the servers that are up in the order in which a key comes to them.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    let isWhole = forEachAttempt(value(key)) { node in
      !nodes[node].isAvailable || !met.insert(node) || visit(node)
    }
    guard isWhole else { return .stopped }
    let all = nodes.count(where: \.isAvailable)
    return met.count == all ? .everyNode : .stateful(Self.stateRule)
  }

  /// The residues of the length of the list, or what each of the 32 768 hashes comes to.
  ///
  /// Under ``Hash/crc32`` the hashes of a server that is dead are of rehashed keys.
  public func keySpace() -> KeySpace {
    let isEveryoneUp = memberCount == nodes.count(where: \.isAvailable)
    let identity = KeyHashIdentity(function: function == .crc32 ? "crc32" : "crc32-bits-16-30")
    if function == .crc32 {
      return KeySpace(
        domain: .bits32, keyHash: identity,
        form: .residues(wheel.residues { nodes[$0].isAvailable ? .node($0) : .rehashed }),
        stateRule: isEveryoneUp ? nil : Self.stateRule)
    }
    let domain = HashDomain(last: 0x7FFF)
    if function == .cmemcache, isEveryoneUp {
      return KeySpace(
        domain: domain, keyHash: identity, form: .residues(wheel.residues { .node($0) }))
    }
    var intervals = OwnedIntervals(domain)
    for value in 0...UInt32(domain.last) {
      intervals.append(through: UInt64(value), index(forValue: value).map { .node($0) } ?? .state)
    }
    return KeySpace(
      domain: domain, keyHash: identity, form: .intervals(intervals),
      stateRule: intervals.owners.namesEveryNode ? nil : Self.stateRule)
  }
}
