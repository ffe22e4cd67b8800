import ArgumentParser

/// The file that a command replaces with what it generates.
///
/// The file is compared first, so that nothing is written, tested or reloaded that is there already. If
/// the test of the operator fails, the file has its old contents again.
struct TargetFile {
  let path: String
  /// Whether a change made by hand may be lost.
  let isForced: Bool
  /// What the file has now; nil if it does not exist.
  private let old: [UInt8]?

  /// The largest file that is compared.
  private static let limit = 64 << 20

  /// Reads a file that may be replaced.
  init(_ path: String, isForced: Bool) throws {
    self.path = path
    self.isForced = isForced
    old = try FileDescriptor.contents(of: path, limit: Self.limit)
  }

  /// Prints how the file differs from what it should be.
  ///
  /// - Throws: `ExitCode(2)` if it differs.
  func check(against bytes: [UInt8]) throws {
    guard old != bytes else { return }
    let difference = UnifiedDifference(from: old ?? [], to: bytes, name: printable(path))
    let output = Output()
    try output.write(difference.text)
    try output.flush()
    throw ExitCode(2)
  }

  /// Throws if somebody has changed the file.
  func protectEdits() throws {
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
    guard old != bytes else {
      return Notes.say("\(shown(path)): is up to date; nothing is written")
    }
    try file.write(bytes)
    try file.commit()
    if let test, let failure = test.run() {
      try restore()
      throw CommandError(
        "\(shown(path)): the test \(failure), so the file is as it was; correct what it says above")
    }
    if let reload, let failure = reload.run() {
      throw CommandError(
        "\(shown(path)): is written\(test == nil ? "" : " and tested"), but the reload \(failure); reload by "
          + "hand")
    }
  }

  private func restore() throws {
    guard let old else { return try FileDescriptor.remove(path) }
    let file = try AtomicFile(path, editing: true)
    try file.write(old)
    try file.commit()
  }
}
