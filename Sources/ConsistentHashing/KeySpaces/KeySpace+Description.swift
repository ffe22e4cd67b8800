extension KeySpace: CustomStringConvertible, CustomReflectable {
  /// The form, the hash and the domain, on one line.
  public var description: String {
    let form =
      switch form {
      case .intervals(let intervals): "\(intervals.count) intervals"
      case .residues(let residues): "residues of \(residues.domain.count)"
      case .shares(let shares): "shares of \(shares.count) nodes"
      case .opaque(let reason): "opaque: \(reason)"
      }
    return "KeySpace(\(form), \(keyHash.function) of \(domain.count) values)"
  }

  /// What ``description`` says.
  public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension HashDomain {
  /// The number of values in words.
  fileprivate var count: String { last == .max ? "2^64" : String(last + 1) }
}

extension OwnedIntervals: CustomStringConvertible, CustomReflectable {
  /// The number of intervals.
  public var description: String { "OwnedIntervals(\(count) intervals)" }

  /// The number of intervals.
  public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}

extension OwnerList: CustomStringConvertible, CustomReflectable {
  /// The number of owners.
  public var description: String { "OwnerList(\(count) owners)" }

  /// The number of owners.
  public var customMirror: Mirror { Mirror(self, children: ["count": count]) }
}
