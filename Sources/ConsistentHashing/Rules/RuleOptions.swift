/// The typed options of a rule.
///
/// A type that conforms lists its options once, in ``fields``; from that list come the names in
/// documents, help, the checks of ranges and the defaults.
///
/// ```swift
/// struct Options: RuleOptions {
///   var virtualNodes = 160
///   static let fields: [OptionField<Self>] = [
///     .integer("virtual-nodes", \.virtualNodes, in: 1...1_000_000, "points of a node of weight 1")
///   ]
/// }
/// ```
public protocol RuleOptions: Hashable, Sendable {
  /// Creates the options with all defaults.
  init()

  /// Every option, in the order in which help lists them.
  static var fields: [OptionField<Self>] { get }
}

extension RuleOptions {
  /// Reads options as documents write them.
  ///
  /// - Parameters:
  ///   - written: The values by the names of the options; those left out have their defaults.
  ///   - rule: The name of the rule, for errors.
  /// - Throws: ``ClusterError`` for an option that the rule does not have or a value it does not take.
  public init(_ written: [String: String], rule: String) throws(ClusterError) {
    self.init()
    if written.isEmpty { return }
    let fields = Self.fields
    // In the order of their names, so that of several mistakes the same one is always reported.
    for (name, value) in written.sorted(by: { $0.key < $1.key }) {
      guard let field = fields.first(where: { $0.description.name == name }) else {
        let known = fields.map(\.description.name).joined(separator: ", ")
        throw ClusterError(
          .unknownOption, .option(name), "\(rule) has no option \(quoted(name))",
          remedy: known.isEmpty ? "it takes none" : "it takes \(known)")
      }
      guard field.description.accepts(value) else {
        throw field.refusal(of: value, rule: rule)
      }
      field.write(value, &self)
    }
  }

  /// Throws unless every option has a value in its range.
  ///
  /// - Parameter rule: The name of the rule, for errors.
  public func check(for rule: String) throws(ClusterError) {
    for field in Self.fields {
      guard let value = field.read(self), !field.description.accepts(value) else { continue }
      throw field.refusal(of: value, rule: rule)
    }
  }

  /// The options as documents write them; those that have their default are left out.
  public var written: [String: String] {
    var written: [String: String] = [:]
    for field in Self.fields {
      guard let value = field.read(self), value != field.description.defaultValue else { continue }
      written[field.description.name] = value
    }
    return written
  }
}

/// The options of a rule that has none.
public struct NoOptions: RuleOptions {
  /// Creates the value.
  public init() {}

  /// Empty.
  public static var fields: [OptionField<Self>] { [] }
}
