internal import Configurations
internal import YAMLReading

/// The parts of YAML that twemproxy does not take.
enum TwemproxyShape {
  /// The first thing that twemproxy forbids; nil if there is none.
  ///
  /// - Throws: `YAMLError` if the text is not YAML.
  static func forbidden(in bytes: [UInt8], file: String) throws(YAMLError)
    -> ConfigurationProblem?
  {
    let events = try YAMLEvents(bytes.span)
    while true {
      let event = try events.next()
      if case .streamEnd = event.kind { return nil }
      guard let name = forbidden(event) else { continue }
      return ConfigurationProblem(
        severity: .error, message: "\(name) is disallowed", remedy: "write it in block style",
        location: ConfigurationLocation(file: file, line: event.position.line))
    }
  }

  private static func forbidden(_ event: YAMLEvent) -> String? {
    if event.anchor != nil { return "an anchor" }
    if event.tag != nil { return "a tag" }
    switch event.kind {
    case .alias: return "an alias"
    case .sequenceStart(isFlow: true): return "a list in brackets"
    case .mappingStart(isFlow: true): return "a mapping in braces"
    case .documentStart(isWritten: true): return "the line '---'"
    case .documentEnd(isWritten: true): return "the line '...'"
    default: return nil
    }
  }
}
