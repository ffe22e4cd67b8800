/// A `map` block: a variable whose value depends on a text.
struct NginxMap {
  /// What the value depends on.
  let source: String
  /// The variable, with its `$`.
  let variable: String
  /// The value if no other line applies.
  let standard: String
  /// The other lines: a text, or a regular expression that begins with `~`, and its value.
  ///
  /// nginx looks for equal texts first, then for expressions in their order.
  let lines: [(text: String, value: String, comment: NginxComment?)]

  init(
    _ source: String, _ variable: String, or standard: String,
    _ lines: [(text: String, value: String)]
  ) {
    self.init(source, variable, or: standard, commented: lines.map { ($0.text, $0.value, nil) })
  }

  init(
    _ source: String, _ variable: String, or standard: String,
    commented lines: [(text: String, value: String, comment: NginxComment?)]
  ) {
    self.source = source
    self.variable = variable
    self.standard = standard
    self.lines = lines
  }

  /// The block.
  ///
  /// - Throws: ``NginxUnwritable`` if a text does not fit nginx's buffer.
  func item() throws(NginxUnwritable) -> NginxItem {
    var block: [NginxItem] = []
    block.reserveCapacity(lines.count + 1)
    for line in lines {
      block.append(
        .directive(
          NginxDirective(
            try Self.token(line.text), [try Self.token(line.value)], comment: line.comment)))
    }
    block.append(
      .directive(NginxDirective(NginxToken(word: "default"), [try Self.token(standard)])))
    return .directive(
      NginxDirective(
        NginxToken(word: "map"), [try Self.token(source), try Self.token(variable)], block: block))
  }

  private static func token(_ text: String) throws(NginxUnwritable) -> NginxToken {
    text.isEmpty ? NginxToken(empty: ()) : try NginxToken(verbatim: text)
  }
}

/// Maps with the comments above them.
struct NginxMapList {
  private(set) var items: [NginxItem] = []

  /// Adds maps, with an empty line below each.
  mutating func add(_ comments: [String], _ maps: NginxMap...) throws(NginxUnwritable) {
    for text in comments { items.append(.comment(try NginxComment(text))) }
    for map in maps { items += [try map.item(), .blank] }
  }
}
