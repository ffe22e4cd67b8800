/// An option of an algorithm, or a property of a node that it reads: its name, the values it takes, and the value unless given.
public struct AlgorithmOption: Hashable, Sendable {
  /// The values an option takes.
  public enum Kind: Hashable, Sendable {
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// One of several words.
    case word([String])
    /// Any text that is not empty.
    case text
  }

  /// The name in documents, in kebab case.
  public let name: String
  /// The values it takes.
  public let kind: Kind
  /// The value unless given; nil if the algorithm works one out.
  public let standard: String?
  /// What it is for, in one line.
  public let summary: String

  /// Describes an option.
  public init(name: String, kind: Kind, standard: String?, summary: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.summary = summary
  }

  /// The values it takes, in words.
  public var range: String {
    switch kind {
    case .integer(let range) where range.lowerBound == range.upperBound: "\(range.lowerBound)"
    case .integer(let range) where range.upperBound == .max: "\(range.lowerBound) or more"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .word(let words): words.joined(separator: ", ")
    case .text: "a text that is not empty"
    }
  }

  /// Whether the option takes a value.
  public func accepts(_ value: String) -> Bool {
    switch kind {
    case .integer(let range): Int(value).map(range.contains) ?? false
    case .word(let words): words.contains(value)
    case .text: !value.isEmpty
    }
  }
}

/// The options of a cluster, checked against what an algorithm declares, with its standard values
/// filled in.
public struct OptionValues: Sendable {
  private let values: [String: String]

  /// Checks options.
  ///
  /// - Throws: ``ClusterError`` for an option that is not declared or a value it does not take.
  init(_ given: [String: String], declared: [AlgorithmOption], by algorithm: String)
    throws(ClusterError)
  {
    var values: [String: String] = [:]
    for option in declared { values[option.name] = option.standard }
    // In the order of their names, so that of several mistakes the same one is always reported.
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let option = declared.first(where: { $0.name == name }) else {
        let known = declared.map(\.name).joined(separator: ", ")
        throw ClusterError(
          .unknownOption, .option(name), "\(algorithm) has no option \(quoted(name))",
          remedy: known.isEmpty ? "it takes none" : "it takes \(known)")
      }
      guard option.accepts(value) else {
        throw ClusterError(
          .invalidOption, .option(name),
          "the option \(name) of \(algorithm) cannot be \(quoted(value))",
          remedy: "use \(option.range)")
      }
      values[name] = value
    }
    self.values = values
  }

  /// Whether an option has a value, given or standard.
  public func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option as a whole number.
  ///
  /// - Throws: ``ClusterError`` if the algorithm declares no such option.
  public func integer(_ name: String) throws(ClusterError) -> Int {
    guard let value = values[name].flatMap({ Int($0) }) else {
      throw ClusterError(
        .unknownOption, .option(name), "the option \(name) has no whole number",
        remedy: "declare it as an integer with a standard value")
    }
    return value
  }

  /// The value of an option as a word.
  ///
  /// - Throws: ``ClusterError`` if the algorithm declares no such option.
  public func word(_ name: String) throws(ClusterError) -> String {
    guard let value = values[name] else {
      throw ClusterError(
        .unknownOption, .option(name), "the option \(name) has no value",
        remedy: "declare it with a standard value")
    }
    return value
  }
}
