/// The hashes of Fowler, Noll and Vo in the forms that clients and relays compute.
///
/// Unless the name says otherwise bytes are signed `char`s: on x86 those from 0x80 on are extended with
/// ones before they are mixed in. What memcached's clients call the 64-bit form keeps the low 32 bits only,
/// and the low half of a product depends on low halves alone, so that it is a 32-bit hash as well, with the
/// low halves of the 64-bit start and prime.
enum FowlerNollVo {
  /// A start and a prime.
  struct Form {
    let start: UInt32
    let prime: UInt32

    /// The published 32-bit form.
    static let bits32 = Form(start: 0x811C_9DC5, prime: 0x0100_0193)

    /// The low half of the published 64-bit form.
    static let lowHalfOf64 = Form(start: 0x8422_2325, prime: 0x0000_01B3)
  }

  /// FNV-1: multiplies, then mixes the byte in.
  static func fnv1(_ bytes: Span<UInt8>, _ form: Form) -> UInt32 {
    var h = form.start
    for i in bytes.indices { h = (h &* form.prime) ^ bytes[i].signExtended }
    return h
  }

  /// FNV-1a: mixes the byte in, then multiplies.
  static func fnv1a(_ bytes: Span<UInt8>, _ form: Form) -> UInt32 {
    var h = form.start
    for i in bytes.indices { h = (h ^ bytes[i].signExtended) &* form.prime }
    return h
  }

  /// FNV-1a with all 64 bits.
  static func fnv1aWith64Bits(_ bytes: Span<UInt8>) -> UInt64 {
    var h: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in bytes.indices {
      h = (h ^ UInt64(bitPattern: Int64(Int8(bitPattern: bytes[i])))) &* 0x100_0000_01B3
    }
    return h
  }

  /// FNV-1a with 32 bits as it is published, of bytes without a sign.
  static func published1a(_ bytes: Span<UInt8>) -> UInt32 {
    var h = Form.bits32.start
    for i in bytes.indices { h = (h ^ UInt32(bytes[i])) &* Form.bits32.prime }
    return h
  }
}
