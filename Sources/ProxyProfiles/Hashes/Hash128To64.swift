/// CityHash's reduction of two 64-bit words to one (Pike and Alakuijala 2011), as folly and mcrouter
/// call it: `upper` is the word that comes in twice.
@inline(__always)
func hash128To64(upper: UInt64, lower: UInt64) -> UInt64 {
  let multiplier: UInt64 = 0x9DDF_EA08_EB38_2D69
  var a = (lower ^ upper) &* multiplier
  a ^= a >> 47
  var b = (upper ^ a) &* multiplier
  b ^= b >> 47
  return b &* multiplier
}
