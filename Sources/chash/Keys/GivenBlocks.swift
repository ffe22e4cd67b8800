import AccessLogs

/// The lines of all files of keys, some at a time, and how keys are found in them.
struct GivenBlocks: UnitSource {
  private let paths: [String]
  private let settings: KeySettings
  private let kind: KeyKind

  /// The file that is being read, and the number of the next one.
  private var file: (lines: LineBlocks, finding: KeyFinding)?
  private var nextPath = 0

  /// Some lines of a file.
  struct Block: Sendable {
    let lines: LineBlock
    /// Whether the first line of the file is in it.
    let isFirst: Bool
    let keys: KeyFinder
    /// Whether the first line of the file has the names of columns.
    let skipsFirstLine: Bool
    let origin: Origin
  }

  /// A file.
  struct Origin: Sendable {
    let number: Int
    let name: String
    /// What is said about it.
    let remark: String?
  }

  init(_ settings: KeySettings, _ kind: KeyKind) throws(CommandError) {
    paths = try KeyPaths.files(of: settings.files)
    self.settings = settings
    self.kind = kind
  }

  /// How many bytes the files have; what is packed or comes through a pipe counts as little.
  var byteCount: Int {
    paths.reduce(0) { $0 + (FileDescriptor.size($1) ?? 0) }
  }

  /// The next lines; nil after those of the last file.
  mutating func next() throws -> Block? {
    while true {
      var isFirst = false
      if file == nil {
        guard nextPath < paths.count else { return nil }
        let lines = try LineBlocks(paths[nextPath])
        file = (lines, try KeyFinding(of: lines, settings, kind: kind))
        nextPath += 1
        isFirst = true
      }
      let block = try file?.lines.next()
      guard let open = file, let block = block ?? (isFirst ? LineBlock(bytes: []) : nil) else {
        file = nil
        continue
      }
      return Block(
        lines: block, isFirst: isFirst, keys: open.finding.keys,
        skipsFirstLine: open.finding.skipsFirstLine,
        origin: Origin(
          number: nextPath - 1, name: open.lines.name, remark: open.finding.remark))
    }
  }
}
