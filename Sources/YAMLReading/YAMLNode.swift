/// A value of a YAML text with its place.
///
/// Aliases are resolved: they share the memory of the value that they refer to.
package struct YAMLNode: Sendable {
  /// What a value is.
  package enum Content: Sendable {
    /// A text; `isPlain` if it has no quotes.
    case scalar(String, isPlain: Bool)
    case list([YAMLNode])
    case mapping([YAMLField])
  }

  package let content: Content
  package let position: YAMLPosition
  /// How many values it has, itself included, after aliases are resolved.
  package let size: Int
  /// How many levels it has below itself, after aliases are resolved.
  let depth: Int
}

/// A name and its value in a mapping.
package struct YAMLField: Sendable {
  package let name: String
  /// Whether the name has no quotes.
  package let isPlain: Bool
  /// The place of the name.
  package let position: YAMLPosition
  /// The tag of the name, such as `!ignore`.
  package let tag: String?
  package let value: YAMLNode
}

extension YAMLNode {
  /// A text in quotes at a place.
  package static func text(_ text: String, at position: YAMLPosition) -> YAMLNode {
    YAMLNode(content: .scalar(text, isPlain: false), position: position, size: 1, depth: 0)
  }

  /// The text of a scalar; nil if the value is none, or is null.
  package var text: String? {
    guard case .scalar(let text, let isPlain) = content,
      !YAMLEvent.Kind.isNull(text, isPlain: isPlain)
    else { return nil }
    return text
  }

  /// Whether the value is null.
  package var isNull: Bool {
    guard case .scalar(let text, let isPlain) = content else { return false }
    return YAMLEvent.Kind.isNull(text, isPlain: isPlain)
  }

  /// The items of a list; nil if the value is none.
  package var list: [YAMLNode]? {
    guard case .list(let items) = content else { return nil }
    return items
  }

  /// The fields of a mapping; nil if the value is none.
  package var fields: [YAMLField]? {
    guard case .mapping(let fields) = content else { return nil }
    return fields
  }

  /// The last field of a name in a mapping.
  package subscript(_ name: String) -> YAMLNode? {
    fields?.last { $0.name == name }?.value
  }
}

extension YAMLNode {
  /// The largest number of values, so that aliases of aliases cannot fill the memory or the time.
  private static let largestSize = 4_000_000
  /// The largest number of levels, so that no reader runs out of stack.
  private static let largestDepth = 500

  /// Reads the documents of a text.
  ///
  /// - Complexity: O(size of the text).
  /// - Throws: ``YAMLError`` if the text is not YAML or too large.
  package static func documents(in bytes: Span<UInt8>) throws(YAMLError) -> [YAMLNode] {
    var builder = Builder(events: try YAMLEvents(bytes))
    var documents: [YAMLNode] = []
    while true {
      let event = try builder.events.next()
      switch event.kind {
      case .streamEnd: return documents
      case .documentStart:
        builder.anchors = [:]
        documents.append(try builder.node(try builder.events.next()))
      default: continue
      }
    }
  }

  private struct Builder {
    let events: YAMLEvents
    var anchors: [String: YAMLNode] = [:]

    mutating func node(_ event: YAMLEvent, level: Int = 0) throws(YAMLError) -> YAMLNode {
      guard level < largestDepth else { throw tooDeep(event) }
      if case .alias(let name) = event.kind {
        guard let node = anchors[name] else {
          throw YAMLError(
            position: event.position, problem: "there is no anchor '&\(name)' above",
            remedy: "write the value itself")
        }
        guard level + node.depth < largestDepth else { throw tooDeep(event) }
        return node
      }
      var size = 1
      var depth = 0
      let content: Content
      switch event.kind {
      case .sequenceStart: content = .list(try list(level, &size, &depth))
      case .mappingStart: content = .mapping(try mapping(level, &size, &depth))
      case .scalar(let text, let isPlain): content = .scalar(text, isPlain: isPlain)
      default:
        throw YAMLError(
          position: event.position, problem: "a value is missing", remedy: "write one")
      }
      guard size <= largestSize else {
        throw YAMLError(
          position: event.position,
          problem: "the text has more than \(largestSize) values, those of aliases included",
          remedy: "split it")
      }
      let node = YAMLNode(content: content, position: event.position, size: size, depth: depth)
      if let anchor = event.anchor { anchors[anchor] = node }
      return node
    }

    private mutating func list(_ level: Int, _ size: inout Int, _ depth: inout Int)
      throws(YAMLError) -> [YAMLNode]
    {
      var items: [YAMLNode] = []
      while true {
        let event = try events.next()
        if case .sequenceEnd = event.kind { return items }
        let item = try node(event, level: level + 1)
        size = min(size + item.size, largestSize + 1)
        depth = max(depth, item.depth + 1)
        items.append(item)
      }
    }

    private mutating func mapping(_ level: Int, _ size: inout Int, _ depth: inout Int)
      throws(YAMLError) -> [YAMLField]
    {
      var fields: [YAMLField] = []
      while true {
        let event = try events.next()
        if case .mappingEnd = event.kind { return fields }
        guard case .scalar(let name, let isPlain) = event.kind else {
          throw YAMLError(
            position: event.position, problem: "a field has a name that is not a text",
            remedy: "use a plain name")
        }
        let value = try node(try events.next(), level: level + 1)
        size = min(size + value.size, largestSize + 1)
        depth = max(depth, value.depth + 1)
        fields.append(
          YAMLField(
            name: name, isPlain: isPlain, position: event.position, tag: event.tag, value: value))
      }
    }

    private func tooDeep(_ event: YAMLEvent) -> YAMLError {
      YAMLError(position: event.position, problem: YAMLError.tooDeep, remedy: "use fewer levels")
    }
  }
}
