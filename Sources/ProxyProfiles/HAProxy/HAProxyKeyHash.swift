internal import ConsistentHashing

/// How HAProxy turns a key into 32 bits: where the key comes from, the function, and whether its
/// result is scattered.
///
/// In the configuration: `balance …` and the last words of `hash-type METHOD FUNCTION MODIFIER`.
public struct HAProxyKeyHash: Sendable {
  /// The hash functions that `hash-type` knows.
  public enum Function: String, CaseIterable, Sendable {
    /// The one of the sdbm library; the default.
    case sdbm
    /// Bernstein's.
    case djb2
    /// HAProxy's own.
    case wt6
    /// CRC-32 of IEEE 802.3.
    case crc32
    /// The key is a whole number in decimal, and the hash is its low 32 bits (newer than HAProxy 2.6).
    case none
  }

  /// The function.
  public let function: Function

  /// Whether the modifier `avalanche` is set.
  public let isAvalanche: Bool

  /// Where the key comes from.
  public let balance: HAProxyBalance

  /// The part of a request target that is hashed, under `balance uri`.
  public let uriPart: HAProxyURIPart

  private let crc = CRC32()

  /// Describes a hash.
  ///
  /// `hash-type consistent` alone means sdbm with avalanche, `hash-type consistent sdbm` without;
  /// `hash-type map-based`, or no `hash-type`, sdbm without.
  public init(
    function: Function = .sdbm, isAvalanche: Bool, balance: HAProxyBalance = .urlParameter,
    uriPart: HAProxyURIPart = HAProxyURIPart()
  ) {
    self.function = function
    self.isAvalanche = isAvalanche
    self.balance = balance
    self.uriPart = uriPart
  }

  /// The hash of a key; nil if HAProxy finds nothing to hash in it and does round robin.
  @inline(__always) func hash(_ key: Span<UInt8>) -> UInt32? {
    switch balance {
    case .urlParameter, .expression:
      return modified(functionHash(key))
    case .uri:
      return modified(functionHash(key.extracting(uriPart.range(in: key))))
    case .header:
      let element = HAProxyBalance.firstElement(of: key)
      return element.isEmpty ? nil : modified(functionHash(key.extracting(element)))
    case .source:
      guard let address = IPAddress(text: key) else { return nil }
      return modified(Self.number(address))
    }
  }

  /// Whether every key has something to hash.
  var hashesEveryKey: Bool { balance != .header && balance != .source }

  /// The name of the function with everything that changes its result.
  var identity: KeyHashIdentity {
    let hash = function == .none ? "haproxy-none" : function.rawValue
    let name =
      switch balance {
      case .urlParameter, .expression: hash
      case .header: hash + "-hdr"
      case .uri: (["\(hash)-uri"] + uriPart.words).joined(separator: "-")
      case .source: "haproxy-source"
      }
    return KeyHashIdentity(function: isAvalanche ? name + "-avalanche" : name)
  }

  @inline(__always) private func modified(_ hash: UInt32) -> UInt32 {
    isAvalanche ? HAProxyAvalanche.mix(hash) : hash
  }

  @inline(__always) private func functionHash(_ bytes: Span<UInt8>) -> UInt32 {
    switch function {
    case .sdbm: SDBM.hash(bytes)
    case .djb2: DJB2.hash(bytes)
    case .wt6: WT6.hash(bytes)
    case .crc32: crc.checksum(bytes)
    case .none: Self.number(bytes)
    }
  }

  /// The words of an address, first byte highest, exclusive-or-ed.
  private static func number(_ address: IPAddress) -> UInt32 {
    var result = address.word(0)
    if address.isIPv6 { for index in 1..<4 { result ^= address.word(index) } }
    return result
  }

  /// The low 32 bits of a decimal number with an optional sign.
  ///
  /// It ends before the first byte that is not a digit; without any digit it is 0. Numbers beyond 64
  /// bits (with sign) count as the largest or smallest.
  private static func number(_ bytes: Span<UInt8>) -> UInt32 {
    var position = 0
    var isNegative = false
    if bytes.count > 0, bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
      isNegative = bytes[0] == UInt8(ascii: "-")
      position = 1
    }
    let limit: UInt64 = isNegative ? 1 << 63 : (1 << 63) - 1
    var value: UInt64 = 0
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 {
      let digit = UInt64(bytes[position] &- UInt8(ascii: "0"))
      // At most 2⁶³ by the limit, so ten times as much may exceed 64 bits.
      let (tenfold, isOver) = value.multipliedReportingOverflow(by: 10)
      value = isOver || tenfold > limit ? limit : min(tenfold &+ digit, limit)
      position += 1
    }
    return UInt32(truncatingIfNeeded: isNegative ? 0 &- value : value)
  }
}
