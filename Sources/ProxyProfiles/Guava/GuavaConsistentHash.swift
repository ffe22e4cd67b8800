public import ConsistentHashing

/// What Guava's `Hashing.consistentHash` picks, bit for bit.
///
/// Rule (Guava 11 and later, `Hashing.java`; recorded from Guava 31.1): buckets are the places in the
/// list. From the 64-bit state of the input, `state = 2862933555777941757 · state + 1` and
/// `r = ((state >>> 33) + 1) / 2³¹`; the key jumps from bucket b to `trunc((b + 1) / r)` while that is
/// below the number of buckets. This is Lamping and Veach's jump hash but for two things: the quotient
/// is rounded once, not twice, and the largest state overflows Java's `int`, which ends the jumps.
///
/// The application hashes the key; that is the option:
///
/// - ``Input/murmur3x128``: `consistentHash(Hashing.murmur3_128().hashBytes(key), n)`, which takes the
///   first eight bytes of the hash, little-endian.
/// - ``Input/crc32``: `consistentHash(Hashing.crc32().hashBytes(key), n)`, zero-extended.
/// - ``Input/decimal``: `consistentHash(Long.parseLong(key), n)`; keys that are not such a number have
///   no node.
///
/// The place is the identity: a bucket may join or leave at the end of the list only. Drained nodes are
/// not in the list, and those behind them move up. There are no weights. Nothing falls back: what
/// happens to the keys of a node that is down is up to the application.
public struct GuavaConsistentHash: NodeSelector {
  /// What the application passes to `consistentHash`.
  public enum Input: String, CaseIterable, Sendable {
    /// The first half of MurmurHash3 x64-128 with seed 0.
    case murmur3x128 = "murmur3-128"
    /// CRC-32 of IEEE 802.3.
    case crc32
    /// The key as a decimal number of 64 bits.
    case decimal
  }

  /// The options of the rule.
  public struct Options: RuleOptions {
    /// What the application passes.
    public var input = Input.murmur3x128

    /// Creates the default options.
    public init() {}

    /// The options by name.
    public static let fields: [OptionField<Self>] = [
      .word("input", \.input, "what the application passes for a key")
    ]
  }

  /// The nodes, as the cluster lists them.
  public let nodes: [Node]

  private let input: Input
  private let crc = CRC32()

  /// The buckets.
  private let places: PlaceList

  /// Takes the nodes of a cluster as buckets, given its ``Options`` one by one.
  public init(_ cluster: Cluster, input: Input = .murmur3x128) throws(ClusterError) {
    var options = Options()
    options.input = input
    try self.init(cluster, options)
  }

  /// Takes the nodes of a cluster as buckets, in their order.
  ///
  /// - Throws: `ClusterError` if no node is available or weights differ.
  public init(_ cluster: Cluster, _ options: Options) throws(ClusterError) {
    try cluster.requireAvailableNode()
    try TargetSystem("Guava").requireEqualWeights(cluster)
    nodes = cluster.nodes
    input = options.input
    places = PlaceList(cluster.nodes)
  }

  /// `Hashing.consistentHash(long, int)`.
  ///
  /// - Parameters:
  ///   - input: The bits of the `long`.
  ///   - count: The number of buckets, at least 1 and at most 2³¹ − 1.
  public static func bucket(_ input: UInt64, of count: Int) -> Int {
    var state = input
    var bucket = 0
    while true {
      state = 2_862_933_555_777_941_757 &* state &+ 1
      let drawn = state >> 33
      // In Java this number plus 1 is negative, and so is the next bucket.
      guard drawn < 0x7FFF_FFFF else { return bucket }
      let next = Double(bucket + 1) / (Double(drawn + 1) / 0x1p31)
      guard next < Double(count) else { return bucket }
      bucket = Int(next)
    }
  }

  /// The number that the application passes for a key; nil under ``Input/decimal`` if the key is not a
  /// number.
  public func hash(of key: Span<UInt8>) -> UInt64? {
    switch input {
    case .murmur3x128: Murmur3x128.hash(key, seed: 0).0
    case .crc32: UInt64(crc.checksum(key))
    case .decimal: Self.decimal(key)
    }
  }

  /// What `Long.parseLong` reads of ASCII digits.
  private static func decimal(_ key: Span<UInt8>) -> UInt64? {
    guard key.count > 0 else { return nil }
    let isNegative = key[0] == UInt8(ascii: "-")
    let start = isNegative || key[0] == UInt8(ascii: "+") ? 1 : 0
    guard start < key.count else { return nil }
    var value: Int64 = 0
    for position in start..<key.count {
      let digit = Int64(key[position]) - 0x30
      guard (0...9).contains(digit) else { return nil }
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let (next, overflowsAgain) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !overflows, !overflowsAgain else { return nil }
      value = next
    }
    return UInt64(bitPattern: value)
  }

  /// The node of the key's bucket; nil if it is down.
  ///
  /// - Complexity: O(length of the key + log n) for n nodes, without allocation.
  public func index(for key: Span<UInt8>) -> Int? {
    guard let value = hash(of: key) else { return nil }
    return places[Self.bucket(value, of: places.count)]
  }

  /// The choice; what comes after it is up to the application.
  @discardableResult
  public func walkPreference(for key: Span<UInt8>, _ visit: (Int) -> Bool) -> PreferenceEnd {
    if let index = index(for: key), !visit(index) { return .stopped }
    return .stateful("the application")
  }

  /// The largest number of buckets whose shares count as equal.
  private static let mostEvenBuckets = 1 << 16

  /// Equal shares for hashes of 64 bits.
  ///
  /// Each jump is drawn from 2³¹ numbers. If draws are independent, a share of n buckets differs from
  /// 1/n by less than (ln n + 2) / 2³¹. At 65 536 buckets that is one part in 2500 of the share, and the
  /// key space of more buckets is opaque. So is that of checksums and of decimal numbers, which do not
  /// fill 64 bits evenly.
  public func keySpace() -> KeySpace {
    let domain: HashDomain = input == .crc32 ? .bits32 : .bits64
    let leavesKeys = places.someAreDown || input == .decimal
    return KeySpace(
      domain: domain, keyHash: KeyHashIdentity(function: input.rawValue), form: form(domain),
      stateRule: leavesKeys ? "the application" : nil)
  }

  private func form(_ domain: HashDomain) -> KeySpace.Form {
    if let whole = places.singlePlace(domain) { return whole }
    guard input == .murmur3x128 else {
      return .opaque("jumps from numbers that do not fill 64 bits have no shares in closed form")
    }
    guard places.count <= Self.mostEvenBuckets else {
      return .opaque("jumps drawn from 31 bits give so many buckets uneven shares")
    }
    let share = 1 / Double(places.count)
    return places.form(
      domain, nodeCount: nodes.count, shares: Array(repeating: share, count: places.count))
  }
}
