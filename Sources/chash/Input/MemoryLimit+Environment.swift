import ConsistentHashing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension MemoryLimit {
  /// The variable of the environment that sets the limit.
  static let variable = "CHASH_MEMORY"

  /// The limit of the environment, or two gigabytes.
  ///
  /// - Throws: `CommandError` if the variable is no size.
  static func ofEnvironment() throws(CommandError) -> MemoryLimit {
    let remedy =
      "lower the weights or list fewer nodes, or allow more with \(variable), such as "
      + "\(variable)=8G"
    guard let value = unsafe getenv(variable) else {
      return MemoryLimit(bytes: min(2e9, machine.bytes), remedy: remedy)
    }
    let text = unsafe String(cString: value)
    guard let bytes = size(text) else {
      throw CommandError("\(variable) is \(printable(text)); write a size, such as 500M or 8G")
    }
    return MemoryLimit(bytes: bytes, remedy: remedy)
  }

  /// A size in bytes, or with K, M, G or T behind it.
  static func size(_ text: String) -> Double? {
    let units: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
    let unit = text.last.flatMap { units[Character($0.uppercased())] }
    guard let number = Double(unit == nil ? text[...] : text.dropLast()), number > 0,
      number.isFinite
    else { return nil }
    return number * (unit ?? 1)
  }
}
