package import ConsistentHashing

extension SessionAffinity {
  /// How many digits of the seconds are left out of the time in a cookie.
  ///
  /// At least two steps fit the lifetime, so that a cookie is renewed in time. Nil without a lifetime.
  package var renewalDigits: Int? {
    guard let lifetime else { return nil }
    return (1...5).last { Self.seconds(ofStep: $0) * 2 <= lifetime }
  }

  /// The seconds of a step that leaves some digits out.
  package static func seconds(ofStep digits: Int) -> Int {
    (0..<digits).reduce(1) { product, _ in product * 10 }
  }
}
