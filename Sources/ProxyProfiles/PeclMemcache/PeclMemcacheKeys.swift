internal import ConsistentHashing

/// Keys as PHP's memcache extension hashes them, and where it goes on with them from servers that failed.
struct PeclMemcacheKeys: Sendable {
  let function: PeclMemcacheHash

  private let crc = CRC32()

  /// How many bytes of a key count.
  private static let longestKey = 250

  /// `memcache.max_failover_attempts` by default.
  static let attempts = 20

  static let stateRule = "no server after twenty attempts"

  init(_ function: PeclMemcacheHash) {
    self.function = function
  }

  /// The function in words, since other clients hash the same bytes otherwise.
  ///
  /// - Parameter bits: Which bits count, if not all.
  func identity(_ bits: String = "") -> KeyHashIdentity {
    let name = function == .crc32 ? "crc32" : "fnv1a-32-signed"
    return KeyHashIdentity(function: "\(name)\(bits) of 250 bytes without blanks")
  }

  /// The hash of a state.
  func finish(_ state: UInt32) -> UInt32 { function == .crc32 ? ~state : state }

  /// The state after a key: its first 250 bytes, with `_` for each blank and control character.
  func state(of key: Span<UInt8>) -> UInt32 {
    let end = min(key.count, Self.longestKey)
    var isAsSent = true
    for place in 0..<end where key[place] <= 0x20 { isAsSent = false }
    if isAsSent { return state(after: key.extracting(first: end)) }
    var state = initial
    for place in 0..<end { state = adding(key[place] <= 0x20 ? 0x5F : key[place], to: state) }
    return state
  }

  /// The state after bytes that stay as they are.
  func state(after bytes: Span<UInt8>) -> UInt32 {
    if function == .crc32 { return crc.update(initial, bytes) }
    var state = initial
    for place in bytes.indices { state = adding(bytes[place], to: state) }
    return state
  }

  private var initial: UInt32 {
    function == .crc32 ? CRC32.initial : FowlerNollVo.Form.bits32.start
  }

  private func adding(_ byte: UInt8, to state: UInt32) -> UInt32 {
    switch function {
    case .crc32: crc.update(state, byte)
    case .fnv: (state ^ byte.signExtended) &* FowlerNollVo.Form.bits32.prime
    }
  }

  /// The hash of what led to a state, followed by the digits of a number.
  func hash(_ state: UInt32, followedBy number: Int) -> UInt32 {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var start = digits.count
    var left = number.magnitude
    repeat {
      start -= 1
      digits[start] = 0x30 &+ UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    } while left > 0
    var state = state
    for place in start..<digits.count { state = adding(digits[place], to: state) }
    return finish(state)
  }

  /// The state after a hyphen, which stands before numbers.
  func hyphenated(_ state: UInt32) -> UInt32 { adding(0x2D, to: state) }

  /// Visits the servers that the extension comes to with a key, failed ones and repeated ones as well.
  ///
  /// - Parameter owner: The server of a hash.
  /// - Returns: Whether the visit went on to the end.
  @discardableResult
  func forEachAttempt(_ key: Span<UInt8>, owner: (UInt32) -> Int, _ visit: (Int) -> Bool) -> Bool {
    let state = state(of: key)
    if !visit(owner(finish(state))) { return false }
    let hyphenated = hyphenated(state)
    for attempt in 0..<Self.attempts {
      if !visit(owner(hash(hyphenated, followedBy: attempt))) { return false }
    }
    return true
  }

  /// The first server that the extension comes to and that is up; nil if there is none.
  func firstAvailable(_ key: Span<UInt8>, of nodes: [Node], owner: (UInt32) -> Int) -> Int? {
    var found: Int?
    forEachAttempt(key, owner: owner) { node in
      if nodes[node].isAvailable { found = node }
      return found == nil
    }
    return found
  }

  /// Visits the servers that are up in the order in which the extension comes to them.
  func walk(
    _ key: Span<UInt8>, of nodes: [Node], owner: (UInt32) -> Int, _ visit: (Int) -> Bool
  ) -> PreferenceEnd {
    var met = IndexSet(bound: nodes.count)
    let isWhole = forEachAttempt(key, owner: owner) { node in
      !nodes[node].isAvailable || !met.insert(node) || visit(node)
    }
    guard isWhole else { return .stopped }
    return met.count == nodes.count(where: \.isAvailable) ? .everyNode : .stateful(Self.stateRule)
  }

  /// Who takes the keys whose first server is a node.
  static func owner(_ node: Int, of nodes: [Node]) -> KeySpace.Owner {
    nodes[node].isAvailable ? .node(node) : .rehashed
  }
}
