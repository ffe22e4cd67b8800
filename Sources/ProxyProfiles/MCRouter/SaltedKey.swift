internal import ConsistentHashing

/// Appends bytes to keys on the stack.
enum SaltedKey {
  /// The identity of a hash of salted keys.
  static func identity(_ function: String, seed: UInt64 = 0, _ salt: [UInt8]) -> KeyHashIdentity {
    let text = String(decoding: salt, as: UTF8.self)
    return KeyHashIdentity(
      function: salt.isEmpty ? function : "\(function) of key and \(text)", seed: seed)
  }

  /// Calls `body` with the key followed by the salt.
  @inline(__always)
  static func with<Result>(
    _ key: Span<UInt8>, _ salt: [UInt8], _ body: (Span<UInt8>) -> Result
  ) -> Result {
    salt.isEmpty ? body(key) : appended(key, salt, body)
  }

  private static func appended<Result>(
    _ key: Span<UInt8>, _ salt: [UInt8], _ body: (Span<UInt8>) -> Result
  ) -> Result {
    let count = key.count
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + salt.count) {
      buffer in
      for position in 0..<count { unsafe buffer.initializeElement(at: position, to: key[position]) }
      for position in salt.indices {
        unsafe buffer.initializeElement(at: count + position, to: salt[position])
      }
      return unsafe body(buffer.span)
    }
  }

  /// Calls `body` with the key followed by the decimal digits of a number, lowest first.
  static func with<Result>(
    _ key: Span<UInt8>, reversedDigitsOf number: Int, _ body: (Span<UInt8>) -> Result
  ) -> Result {
    let count = key.count
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 20) { buffer in
      for position in 0..<count { unsafe buffer.initializeElement(at: position, to: key[position]) }
      var end = count
      var left = number
      repeat {
        unsafe buffer.initializeElement(at: end, to: UInt8(left % 10) + 0x30)
        left /= 10
        end += 1
      } while left > 0
      return unsafe body(buffer.span.extracting(0..<end))
    }
  }
}
