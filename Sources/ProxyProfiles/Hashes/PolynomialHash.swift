/// h = h·factor + byte for each byte, modulo 2³², four bytes a step: with the powers of the factor
/// their products are computed side by side.
@inline(__always) func polynomialHash(
  _ bytes: Span<UInt8>, from start: UInt32, factor: UInt32
) -> UInt32 {
  let square = factor &* factor
  let cube = square &* factor
  let fourth = square &* square
  var hash = start
  var position = 0
  while bytes.count &- position >= 4 {
    // Below the count by the condition.
    let a = unsafe UInt32(bytes[unchecked: position])
    let b = unsafe UInt32(bytes[unchecked: position &+ 1])
    let c = unsafe UInt32(bytes[unchecked: position &+ 2])
    let d = unsafe UInt32(bytes[unchecked: position &+ 3])
    hash = hash &* fourth &+ (a &* cube &+ b &* square &+ (c &* factor &+ d))
    position &+= 4
  }
  while position < bytes.count {
    hash = hash &* factor &+ UInt32(bytes[position])
    position &+= 1
  }
  return hash
}
