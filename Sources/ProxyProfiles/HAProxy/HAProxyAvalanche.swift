/// The mixing function that HAProxy calls `avalanche` in the configuration: it places the nodes of
/// servers on the ring and, where the hash type says so, scatters key hashes.
///
/// Each step can be undone, so different inputs never meet.
enum HAProxyAvalanche {
  static func mix(_ value: UInt32) -> UInt32 {
    var a = value
    a = (a &+ 0x7ED5_5D16) &+ (a << 12)
    a = (a ^ 0xC761_C23C) ^ (a >> 19)
    a = (a &+ 0x1656_67B1) &+ (a << 5)
    a = (a &+ 0xD3A2_646C) ^ (a << 9)
    a = (a &+ 0xFD70_46C5) &+ (a << 3)
    a = (a ^ 0xB55A_4F09) ^ (a >> 16)
    return a &* 3_221_225_473
  }
}
