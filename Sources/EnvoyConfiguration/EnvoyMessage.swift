internal import Configurations
internal import ConsistentHashing
internal import YAMLReading

/// A message of Envoy's API, as YAML or JSON has it.
///
/// Fields may have their names in the API (`lb_policy`) or those of JSON (`lbPolicy`). Null stands for no
/// value.
struct EnvoyMessage {
  let node: YAMLNode

  init(_ node: YAMLNode) {
    self.node = node
  }

  /// The value of a field; nil if there is none.
  subscript(_ name: String) -> YAMLNode? {
    guard let fields = node.fields else { return nil }
    let other = Self.jsonName(name)
    let value = fields.last { $0.name == name || $0.name == other }?.value
    return value.flatMap { $0.isNull ? nil : $0 }
  }

  /// The message in a field; nil if there is none.
  func message(_ name: String) -> EnvoyMessage? { self[name].map(EnvoyMessage.init) }

  /// The messages of a list; empty if there is none.
  ///
  /// A message in the place of a list stands for a list of one.
  func messages(_ name: String) -> [EnvoyMessage] {
    guard let node = self[name] else { return [] }
    return (node.list ?? [node]).map(EnvoyMessage.init)
  }

  /// The value of an enumeration: Envoy takes its names in any case.
  func word(_ name: String) -> String? { text(name)?.uppercased() }

  /// A text.
  func text(_ name: String) -> String? { self[name]?.text }

  /// Whether a flag is set.
  func flag(_ name: String) -> Bool { text(name) == "true" }

  /// The message of an extension and the last part of its type, such as `RingHash`.
  func extensionConfig(_ name: String) -> (type: String, message: EnvoyMessage)? {
    guard let message = message(name), let url = message.node["@type"]?.text else { return nil }
    let type = url.split(whereSeparator: { $0 == "." || $0 == "/" }).last.map(String.init) ?? url
    return (type, message)
  }

  /// The name of a field in JSON: `lbPolicy` for `lb_policy`.
  static func jsonName(_ name: String) -> String {
    var result = ""
    var isUpper = false
    for character in name {
      if character == "_" {
        isUpper = true
      } else {
        result += isUpper ? character.uppercased() : String(character)
        isUpper = false
      }
    }
    return result
  }
}

/// Collects what Envoy would say about a file.
struct EnvoyProblems {
  let file: String
  private(set) var list: [ConfigurationProblem] = []

  init(file: String) {
    self.file = file
  }

  func location(_ position: YAMLPosition) -> ConfigurationLocation {
    ConfigurationLocation(file: file, line: position.line)
  }

  mutating func add(
    _ message: String, _ remedy: String?, _ position: YAMLPosition,
    severity: ConfigurationProblem.Severity = .error
  ) {
    list.append(
      ConfigurationProblem(
        severity: severity, message: message, remedy: remedy, location: location(position)))
  }

  /// Notes fields that a message does not have.
  mutating func check(
    _ message: EnvoyMessage, _ type: String, _ names: [String],
    severity: ConfigurationProblem.Severity = .error
  ) {
    guard let fields = message.node.fields else {
      if !message.node.isNull {
        add("\(type) is not a message", "write 'field: value'", message.node.position)
      }
      return
    }
    for field in fields where field.tag != "!ignore" && field.name != "@type" {
      let isKnown = names.contains { $0 == field.name || EnvoyMessage.jsonName($0) == field.name }
      if !isKnown {
        let known = names.count < 12 ? "its fields are " + names.joined(separator: ", ") : nil
        add(
          "\(type) has no field \(quoted(field.name))", known, field.position, severity: severity)
      }
    }
  }

  /// A whole number in a range; nil if the field is missing or wrong.
  mutating func number(
    _ name: String, of message: EnvoyMessage, in range: ClosedRange<Int>
  ) -> Int? {
    guard let node = message[name] else { return nil }
    guard let number = node.text.flatMap(Self.number), range.contains(number) else {
      add(
        "\(name) is not a number from \(range.lowerBound) to \(range.upperBound)",
        "write one", node.position)
      return nil
    }
    return number
  }

  /// A whole number as JSON of protobuf has it: `5`, `"5"` or `5.0`.
  private static func number(_ text: String) -> Int? {
    Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }
}
