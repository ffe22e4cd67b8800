import ArgumentParser

/// The file that a command replaces with what it generates.
///
/// The file is compared first, so that nothing is written, tested or reloaded that is there already. If
/// the test of the operator fails, the file has its old contents again.
struct TargetFile {
  let path: String
  /// Whether a change made by hand may be lost.
  let isForced: Bool
  /// The files that it names.
  let files: GeneratedFiles?
  /// What the file has now; nil if it does not exist.
  private let old: [UInt8]?

  /// The largest file that is compared.
  private static let limit = 64 << 20

  /// Reads a file that may be replaced.
  init(_ path: String, isForced: Bool, files: GeneratedFiles? = nil) throws {
    self.path = path
    self.isForced = isForced
    self.files = files
    old = try FileDescriptor.contents(of: path, limit: Self.limit)
  }

  /// Prints how the file differs from what it should be, and which of its files do.
  ///
  /// - Throws: `ExitCode(2)` if anything differs.
  func check(against bytes: [UInt8]) throws {
    let filesAreThere = files?.check() ?? true
    guard old != bytes else {
      if filesAreThere { return }
      throw ExitCode(2)
    }
    let difference = UnifiedDifference(from: old ?? [], to: bytes, name: printable(path))
    let output = Output()
    try output.write(difference.text)
    try output.flush()
    throw ExitCode(2)
  }

  /// Throws if somebody has changed the file.
  func protectEdits() throws {
    try files?.protectEdits()
    guard let old, !old.isEmpty, !isForced else { return }
    switch GeneratedText.state(of: old) {
    case .unchanged: return
    case .edited:
      throw CommandError(
        "\(shown(path)): was changed after chash wrote it; bring the change into the document, or write over "
          + "it with --force (--check shows the difference)")
    case .foreign:
      throw CommandError(
        "\(shown(path)): was not written by chash; name another file, or write over it with --force"
      )
    }
  }

  /// Replaces the file, runs the test, and then the reload.
  ///
  /// - Parameters:
  ///   - file: The file, opened to be replaced.
  ///   - bytes: What it is to have.
  func replace(
    _ file: AtomicFile, with bytes: [UInt8], test: ShellCommand?, reload: ShellCommand?
  ) throws {
    guard old != bytes || files?.hasChanges ?? false else {
      return Notes.say("\(shown(path)): is up to date; nothing is written")
    }
    func undoing(_ write: () throws -> Void) throws {
      if let files { try files.undoing(write) } else { try write() }
    }
    try undoing {
      try file.write(bytes)
      try file.commit()
    }
    if let test, let failure = test.run() {
      // The text first: it names the files that were there.
      try restore()
      try files?.undo()
      throw CommandError(
        "\(shown(path)): the test \(failure), so the file is as it was; correct what it says above")
    }
    if let reload, let failure = reload.run() {
      throw CommandError(
        "\(shown(path)): is written\(test == nil ? "" : " and tested"), but the reload \(failure); reload by "
          + "hand")
    }
    files?.removeOthers(namedBy: [old ?? [], bytes])
  }

  private func restore() throws {
    guard let old else { return try FileDescriptor.remove(path) }
    let file = try AtomicFile(path, editing: true)
    try file.write(old)
    try file.commit()
  }
}
