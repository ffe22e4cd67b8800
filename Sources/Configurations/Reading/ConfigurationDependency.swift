/// Something outside of a configuration that the servers of a part depend on.
public struct ConfigurationDependency: Hashable, Sendable {
  /// What it is, and so how a user can say more about it.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// Variables of the environment.
    case environment
    /// Host names whose addresses are not known.
    case hosts
    /// Names that DNS turns into other names and ports (SRV records).
    case services
    /// Host names whose addresses were asked for.
    case answers
    /// Connections that servers have at the moment.
    case load
    /// Hosts that are healthy at the moment.
    case health
  }

  /// What it is.
  public let kind: Kind
  /// How the part depends on it, without a full stop.
  public let text: String

  /// Describes a dependency.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

extension HostAnswers {
  /// Names in a sentence: all of a few, or the first of many.
  package static func listed(_ names: [String]) -> String {
    var seen: Set<String> = []
    let distinct = names.filter { seen.insert($0).inserted }
    let shown = distinct.prefix(5).joined(separator: ", ")
    return distinct.count > 5 ? "\(shown) and \(distinct.count - 5) more" : shown
  }
}
