/// Finds the key of a request in each line of a log, as the router took it from the request.
package struct KeyFinder: Sendable {
  /// What a line gave.
  package enum Outcome: Sendable {
    case key
    /// The request had no value for the key, so that routers place it by state.
    case unset
    /// The key is an address or a number, and the line has something else for it.
    case mistyped
    /// The line does not have the form of the log.
    case broken
  }

  /// Where the user says that the key is.
  package enum Place {
    /// Where the format has it.
    case automatic
    /// In this field of each line, counted from 1.
    case field(Int)
    /// In the first group of an expression.
    case expression(LinePattern)
    /// In the value of this name: a variable, a column, or a path of JSON.
    case value(String)
    /// The lines are keys as they are.
    case raw
  }

  /// The log has no value for the key.
  package struct Missing: Error {
    /// The variable of nginx for it; nil if the cluster does not say what its key is.
    package let variable: String?
    /// What the log has.
    package let names: [String]
  }

  /// What a piece of the key is made of.
  enum Part: Sendable {
    case text([UInt8])
    case value(index: Int, steps: [ValueRecipe.Step], type: KeyType)

    func separate() -> Part {
      switch self {
      case .text(let text): .text(text.span.array)
      case .value(let index, let steps, let type):
        .value(index: index, steps: steps.map { $0.separate() }, type: type)
      }
    }
  }

  private(set) var form: LineForm
  private(set) var parts: [Part]
  /// What the key is made of where the parts before are empty, in this order.
  private(set) var further: [[Part]]
  let skipsEmpty: Bool
  let escape: LogEscape
  let isDoubled: Bool
  let prefix: LinePrefix
  let isRaw: Bool
  /// Whether a line is the key as it is, unless it is not set.
  let isWholeLine: Bool
  let ignoresCase: Bool
  /// Where the other values are among ``ranges``.
  let others: [Int?]

  // Kept from line to line to save allocations.
  var ranges: [Range<Int>?] = []
  var spare: [Range<Int>] = []
  var decoded: [UInt8] = []
  var key: [UInt8] = []

  /// Prepares finding keys.
  ///
  /// - Parameters:
  ///   - format: The form of the lines.
  ///   - place: Where the user says that the key is.
  ///   - pieces: What the key of the cluster is made of; nil if that is not known.
  ///   - further: What it is made of where those are empty, in this order.
  ///   - skipsEmpty: Whether a value that is empty is no value. Routers ask so for the first of several.
  ///   - type: What is hashed of a key that is one value.
  ///   - names: The paths in the first lines of a log in JSON.
  ///   - also: Names of other values that are wanted; see ``other(_:in:)``.
  ///   - ignoresCase: Whether the router compares names of arguments and cookies without case.
  /// - Throws: ``Missing`` if the log has no value for the key.
  package init(
    format: LogFormat, place: Place, pieces: [KeyPiece]?, further: [[KeyPiece]] = [],
    skipsEmpty: Bool = false,
    type: KeyType = .text, names: [String] = [], also: [String] = [], ignoresCase: Bool
  ) throws(Missing) {
    self.ignoresCase = ignoresCase
    if case .raw = place { isRaw = true } else { isRaw = false }
    let alternatives = pieces.map { [$0] + further }
    let variable = Self.onlyVariable(of: alternatives)
    let only = Part.value(index: 0, steps: ValueRecipe.part(for: variable), type: type)
    var isDoubled = false
    var others: [Int?] = Array(repeating: nil, count: also.count)
    func positions(of also: [String], in names: [String]) -> [Int?] {
      also.map { names.firstIndex(of: $0) }
    }
    self.further = []
    self.skipsEmpty = skipsEmpty
    switch (place, format) {
    case (.raw, _):
      form = .whole
      parts = [.value(index: 0, steps: [], type: .text)]
      escape = .none
    case (.field(let number), _):
      form = .field(number)
      parts = [only]
      escape = format.escape == .none ? .backslash : format.escape
    case (.expression(let expression), _):
      form = .expression(expression)
      parts = [only]
      escape = format.escape == .none ? .backslash : format.escape
    case (_, .plain):
      form = .whole
      parts = [only]
      escape = .none
    case (_, .template(let template, let escape, _)):
      let found = try Self.parts(alternatives, type, place, in: template.names, otherNames: false)
      others = positions(of: also, in: template.names)
      let used = found.indices + others.compactMap { $0 }
      form = .template(template, first: used.reduce(0) { max($0, $1 + 1) })
      (parts, self.further) = found.split
      self.escape = escape
    case (_, .json):
      let found = try Self.parts(alternatives, type, place, in: names, otherNames: true)
      let places = positions(of: also, in: names)
      let used = found.indices + places.compactMap { $0 }
      form = .json(used.map { names[$0].split(separator: ".").map { Array($0.utf8) } })
      // Only those that are used are looked for.
      (parts, self.further) = found.numbered(asIn: used).split
      others = places.map { $0.flatMap { used.firstIndex(of: $0) } }
      escape = .json
    case (_, .separated(let separator, let columns)):
      let found = try Self.parts(alternatives, type, place, in: columns, otherNames: true)
      others = positions(of: also, in: columns)
      form = .separated(by: separator, count: columns.count)
      (parts, self.further) = found.split
      escape = .none
      isDoubled = true
    }
    self.others = others
    self.isDoubled = isDoubled
    if case .whole = form, case .value(_, let steps, .text)? = parts.first {
      isWholeLine = steps.isEmpty
    } else {
      isWholeLine = false
    }
    // Fields are counted with what syslog writes before the line.
    if case .template(let template, _) = form { prefix = template.prefix } else { prefix = .none }
  }

  /// If lines are keys as they are: the line that stands for no value, or nil if none does.
  ///
  /// - Parameter lines: The lines. Whether a list of cookies, say, has whole headers depends on them.
  package func unsetLine(in lines: Span<UInt8>) -> UInt8?? {
    guard let marks = marksOfParts else { return nil }
    for mark in marks where lines.firstIndex(of: mark, from: 0) != nil { return nil }
    return .some(isRaw ? nil : UInt8(ascii: "-"))
  }

  /// Bytes without which every line is a key as it is; nil if lines never are.
  private var marksOfParts: [UInt8]? {
    guard case .whole = form, case .value(_, let steps, .text)? = parts.first else { return nil }
    var marks: [UInt8] = []
    for step in steps {
      guard let some = step.marks else { return nil }
      marks += some
    }
    return marks
  }

  /// A copy that shares no memory with this, so that threads do not count references to the same arrays.
  package func separate() -> KeyFinder {
    var copy = self
    copy.form = form.separate()
    copy.parts = parts.map { $0.separate() }
    copy.further = further.map { $0.map { $0.separate() } }
    return copy
  }
}
