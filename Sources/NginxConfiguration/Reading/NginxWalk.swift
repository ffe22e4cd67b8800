internal import Configurations

/// A walk through the files and blocks of a configuration, which finds the parts with servers.
struct NginxWalk {
  /// The block that a statement is in.
  private enum Scope {
    case main
    case context(NginxContext)
    case upstream
  }

  private let reader: NginxReader
  private let main: String
  private var trees: [NginxSyntaxTree] = []
  private var totalSize = 0
  /// The files that are being read, each included by the one before it.
  private var stack: [String] = []
  private var contexts: Set<NginxContext> = []
  /// The resolver of each context, with the property that each directive becomes.
  private var resolvers: [NginxContext: [String: String]] = [:]
  /// The names of the upstreams, in lower case: nginx ignores the case of ASCII letters.
  private var names: [NginxContext: Set<[UInt8]>] = [:]
  private var current: NginxUpstreamReader?
  private var finished: [NginxUpstreamReader] = []
  private var splits: [NginxSplitBlock] = []
  /// The last block that sets each variable, in lower case: nginx ignores the case of ASCII letters.
  private var variables: [NginxContext: [[UInt8]: Int]] = [:]
  private var problems: [ConfigurationProblem] = []
  private var zones = NginxZones()
  private var unmatched: [UnmatchedInclude] = []
  /// The names in directories that patterns have asked for.
  private var listings: [String: [String]] = [:]
  /// How many bytes of patterns were compared with names, which is limited: many patterns of includes
  /// times many files is more than the size of either.
  private var compared = 0
  private static let mostCompared = 100_000_000

  init(reader: NginxReader, main: String) {
    self.reader = reader
    self.main = main
  }

  mutating func read(_ place: NginxReader.Place) throws(ConfigurationError) -> NginxReading {
    let start = ConfigurationLocation(file: main, line: 1)
    switch place {
    case .main: try read(main, from: start, in: .main)
    case .inside(let context):
      try read(main, from: start, in: .context(context))
      finish(context)
    }
    problems += zones.problems
    for index in finished.indices {
      guard let name = finished[index].block.zone, finished[index].lacksZoneSize,
        let size = zones.size(of: name)
      else { continue }
      finished[index].block.directives["zone"]?.append(" " + size)
    }
    return NginxReading(
      upstreams: finished.map(\.block), splits: splits, problems: problems, files: trees,
      unmatched: unmatched)
  }

  /// Reads a file.
  private mutating func read(_ path: String, from location: ConfigurationLocation, in scope: Scope)
    throws(ConfigurationError)
  {
    let identity = Self.normalized(path)
    guard !stack.contains(identity) else {
      throw ConfigurationError(.cycle, "\"\(path)\" includes itself", location)
    }
    guard stack.count <= reader.limits.includeDepth, trees.count < reader.limits.files else {
      throw ConfigurationError(.tooLarge, "too many files are included", location)
    }
    let bytes: [UInt8]
    do {
      bytes = try reader.files.read(path)
    } catch {
      let message = "open() \"\(path)\" failed (\(error.reason))"
      // Configurations are read on other machines than they run on; without a file that holds no
      // upstreams, such as mime.types, nothing is missed.
      guard !stack.isEmpty else { throw ConfigurationError(.unreadable, message, location) }
      return miss(message, location)
    }
    totalSize += bytes.count
    guard totalSize <= reader.limits.totalSize else {
      throw ConfigurationError(
        .tooLarge, "the files have more than \(reader.limits.totalSize) bytes", location
      )
    }
    let tree = try NginxSyntaxTree(bytes: bytes, file: path, limits: reader.limits)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      fail(
        "the file begins with a byte order mark, which nginx takes for a part of the first directive",
        remedy: "save it as UTF-8 without one", ConfigurationLocation(file: path, line: 1))
    }
    trees.append(tree)
    stack.append(identity)
    try walk(tree.items, of: path, in: scope)
    stack.removeLast()
  }

  private mutating func walk(_ items: [NginxSyntaxItem], of file: String, in scope: Scope)
    throws(ConfigurationError)
  {
    for (index, item) in items.enumerated() {
      guard case .statement(let statement) = item else { continue }
      let location = ConfigurationLocation(file: file, line: statement.line)
      if statement.words[0].isText("include") {
        try include(statement, at: location, in: scope)
        continue
      }
      switch scope {
      case .main: try walkMain(statement, at: location)
      case .context(let context): try walk(statement, at: location, of: file, in: context)
      case .upstream:
        let next = items.index(after: index)
        let comment: NginxSourceComment? =
          if next < items.endIndex, case .comment(let comment) = items[next],
            comment.line == statement.line
          {
            comment
          } else {
            nil
          }
        current?.read(statement, comment: comment?.text, at: location)
      }
    }
  }

  private mutating func walkMain(_ statement: NginxStatement, at location: ConfigurationLocation)
    throws(ConfigurationError)
  {
    let name = statement.name
    guard NginxReader.isName(name) || isMarked(statement) else {
      return readForeign(statement, at: location, in: nil)
    }
    if name == "upstream" {
      fail("\"upstream\" directive is not allowed here", location)
    }
    guard let context = NginxContext(rawValue: name) else { return }
    guard let block = block(of: statement, arguments: 0, at: location) else { return }
    guard contexts.insert(context).inserted else {
      fail("\"\(name)\" directive is duplicate", location)
      return
    }
    try walk(block.items, of: location.file, in: .context(context))
    finish(context)
  }

  private mutating func walk(
    _ statement: NginxStatement, at location: ConfigurationLocation, of file: String,
    in context: NginxContext
  ) throws(ConfigurationError) {
    switch statement.name {
    case "resolver", "resolver_timeout":
      resolvers[context, default: [:]][NginxParameter.property(statement.name)] =
        NginxArguments.text(statement.arguments.map(\.bytes))
    case "http", "stream", "events":
      fail("\"\(statement.name)\" directive is not allowed here", location)
    case "upstream":
      guard let block = block(of: statement, arguments: 1, at: location) else { return }
      let name = statement.words[1].bytes
      current = NginxUpstreamReader(
        name: name, context: context, version: reader.version, location: location,
        range: statement.range)
      if !names[context, default: []].insert(name.map(Self.lowercased)).inserted {
        current?.fail("duplicate upstream \"\(String(decoding: name, as: UTF8.self))\"", location)
      }
      try walk(block.items, of: file, in: .upstream)
      guard var upstream = current else { return }
      current = nil
      upstream.close(at: ConfigurationLocation(file: file, line: block.endLine))
      problems += upstream.problems
      upstream.problems = []
      for zone in upstream.zones { zones.add(zone) }
      upstream.block.order = finished.count + splits.count
      finished.append(upstream)
    case "split_clients": readSplit(statement, at: location, in: context)
    case let name where !NginxReader.isName(name) && !isMarked(statement):
      readForeign(statement, at: location, in: context)
    default: break
    }
  }

  /// Whether a byte order mark is in front of a directive, which is said when its file is read.
  private func isMarked(_ statement: NginxStatement) -> Bool {
    statement.range.lowerBound == 0 && statement.name.utf8.starts(with: [0xEF, 0xBB, 0xBF])
  }

  /// Reads a directive that no module can have, such as the `//` of a comment in another language.
  ///
  /// It runs to the next `;` or `{`. An upstream that begins in it is one that nginx never sees.
  private mutating func readForeign(
    _ statement: NginxStatement, at location: ConfigurationLocation, in context: NginxContext?
  ) {
    let problem = ConfigurationProblem(
      severity: .error, message: "unknown directive \"\(statement.name)\"",
      remedy: NginxForeignDirective.commentRemedy(statement), location: location)
    problems.append(problem)
    let words = statement.words.map(\.text)
    guard let context, statement.block != nil, words.count > 2,
      words[words.count - 2] == "upstream", let name = words.last
    else { return }
    var upstream = NginxUpstreamReader(
      name: Array(name.utf8), context: context, version: reader.version, location: location,
      range: statement.range)
    upstream.block.flaw = problem
    upstream.block.order = finished.count + splits.count
    finished.append(upstream)
  }

  private mutating func readSplit(
    _ statement: NginxStatement, at location: ConfigurationLocation, in context: NginxContext
  ) {
    guard let block = block(of: statement, arguments: 2, at: location) else { return }
    var split = NginxSplitReader(
      statement, block, context: context, version: reader.version, at: location)
    problems += split.problems
    // The last block that sets a variable counts.
    let name = Array(split.block.variable.utf8).map(Self.lowercased)
    if let earlier = variables[context, default: [:]].updateValue(splits.count, forKey: name) {
      splits[earlier].isReplaced = true
    }
    split.block.order = finished.count + splits.count
    splits.append(split.block)
  }

  /// The block of a statement that must have one and so many arguments.
  private mutating func block(
    of statement: NginxStatement, arguments: Int, at location: ConfigurationLocation
  ) -> NginxBlock? {
    guard let block = statement.block else {
      fail("directive \"\(statement.name)\" has no opening \"{\"", location)
      return nil
    }
    guard statement.arguments.count == arguments else {
      fail("invalid number of arguments in \"\(statement.name)\" directive", location)
      return nil
    }
    return block
  }

  private mutating func include(
    _ statement: NginxStatement, at location: ConfigurationLocation, in scope: Scope
  ) throws(ConfigurationError) {
    guard statement.block == nil else {
      throw ConfigurationError(
        .malformed, "directive \"include\" is not terminated by \";\"", location)
    }
    guard statement.words.count == 2 else {
      throw ConfigurationError(
        .malformed, "invalid number of arguments in \"include\" directive", location)
    }
    let path = absolute(statement.words[1].text)
    guard NginxGlob.isPattern(path) else {
      try read(path, from: location, in: scope)
      return
    }
    let paths = try paths(matching: path, at: location)
    if paths.isEmpty, !isMain(scope) {
      unmatched.append(UnmatchedInclude(pattern: path, location: location))
    }
    for path in paths { try read(path, from: location, in: scope) }
  }

  private mutating func paths(matching pattern: String, at location: ConfigurationLocation)
    throws(ConfigurationError) -> [String]
  {
    let files = reader.files
    let length = pattern.utf8.count
    let paths = NginxGlob.paths(
      matching: pattern,
      list: { directory in
        let names = listings[directory] ?? files.list(directory)
        listings[directory] = names
        compared += names.count * length
        return names
      }, limit: reader.limits.files)
    guard compared <= Self.mostCompared else {
      throw ConfigurationError(
        .tooLarge, "patterns of include are compared with too many names of files", location)
    }
    return paths
  }

  private func isMain(_ scope: Scope) -> Bool {
    if case .main = scope { true } else { false }
  }

  /// A path from the directory of the main file, or from the root that stands for `/`.
  private func absolute(_ path: String) -> String {
    guard path.utf8.first != UInt8(ascii: "/") else { return reader.files.path(ofAbsolute: path) }
    guard
      let slash = main.utf8.lastIndex(of: UInt8(ascii: "/"))
    else { return path }
    return String(main[...slash]) + path
  }

  /// A path without `.` and empty components, so that a file is known again.
  ///
  /// Symbolic links may
  /// still hide one; the depth of includes is limited as well.
  private static func normalized(_ path: String) -> String {
    let components = path.utf8.split(separator: UInt8(ascii: "/")).filter {
      !$0.elementsEqual(".".utf8)
    }
    let root = path.utf8.first == UInt8(ascii: "/") ? "/" : ""
    return root
      + components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }

  /// What nginx checks when it has read all of a context.
  private mutating func finish(_ context: NginxContext) {
    for index in finished.indices where finished[index].block.context == context {
      finished[index].finish(resolver: resolvers[context] ?? [:])
      problems += finished[index].problems
      finished[index].problems = []
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Says that a file that is included cannot be read.
  private mutating func miss(_ message: String, _ location: ConfigurationLocation) {
    let remedy = "what it holds is not read"
    guard current == nil else { current?.fail(message, remedy: remedy, location); return }
    fail(message, remedy: remedy, location)
  }

  private mutating func fail(
    _ message: String, remedy: String? = nil, _ location: ConfigurationLocation
  ) {
    problems.append(
      ConfigurationProblem(severity: .error, message: message, remedy: remedy, location: location))
  }
}
