import AccessLogs
import Configurations
import ConsistentHashing
import RemapAnalysis

/// The keys of a command: the user's, or generated ones.
struct KeySupply {
  let settings: KeySettings

  /// How many keys to generate if none are given.
  let samples: SampleOptions?

  /// What the keys of the cluster are.
  let kind: KeyKind

  init(options: KeyOptions, samples: SampleOptions? = nil, kind: KeyKind) {
    settings = options.settings
    self.samples = samples
    self.kind = kind
  }

  var origin: RemapReport.Keys { settings.files.isEmpty ? .sampled : .given }

  /// Calls `body` with every key: what is hashed, and how people write it.
  ///
  /// - Throws: ``CommandError`` if a file cannot be read, if its lines do not have the key, or if no line
  ///   has one.
  func forEachKey(
    _ body: (_ key: Span<UInt8>, _ written: Span<UInt8>) throws -> Void
  ) throws {
    var progress = Progress()
    defer { progress.finish() }
    guard !settings.files.isEmpty else {
      guard let samples else { return }
      let keys = GeneratedKeys(samples.form ?? kind.generatedForm)
      var typed: [UInt8] = []
      return try keys.forEach(count: samples.samples) { key in
        progress.advance()
        guard kind.type != .text else { return try body(key, key) }
        typed.removeAll(keepingCapacity: true)
        if kind.type.append(key, to: &typed) { try body(typed.span, key) }
      }
    }
    var seen = settings.isDistinct ? HashSet() : nil
    let hash = XXH3()
    var count = 0
    for path in try KeyPaths.files(of: settings.files) {
      var reader = try LineReader(path)
      var finder = try KeyFinding(of: &reader, settings, kind: kind)
      var tally = LineTally(name: reader.name, settings, kind: kind)
      try reader.forEachLine { line, number in
        progress.advance()
        // The names of the columns.
        if finder.skipsFirstLine, number == 1 { return }
        let outcome = try finder.keys.find(in: line) { key, written in
          if seen?.insert(hash.hash(key)) == false { return }
          count += 1
          try body(key, written)
        }
        try tally.note(outcome, line: number)
      }
      progress.finish()
      tally.say(emptyLines: reader.emptyLines)
    }
    guard count > 0 else {
      throw CommandError(
        "\(settings.files.map(shown).joined(separator: ", ")): no line has a key; give other files, or say "
          + "where the key is with --value, --field or --regex")
    }
  }
}

/// The files of the keys.
enum KeyPaths {
  /// The files that paths stand for: a folder stands for the files in it, in the order of their names.
  static func files(of paths: [String]) throws(CommandError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard !FileDescriptor.isStandardInput(path), FileDescriptor.isDirectory(path) else {
        files.append(path)
        continue
      }
      let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
      let inside = ConfigurationFiles.names(in: folder).map { "\(folder)/\($0)" }
        .filter { !FileDescriptor.isDirectory($0) }
      guard !inside.isEmpty else {
        throw CommandError("\(shown(path)): has no files; name a folder with logs")
      }
      files += inside
    }
    return files
  }
}
