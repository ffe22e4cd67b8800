import Configurations

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The files that a generated text names, in the folder of the text.
///
/// Their names have a number of their contents. So they are written before the text and never over those
/// of the text before, and whatever happens in between, each text finds the files that it names.
final class GeneratedFiles {
  private let files: [EmissionFile]
  let cluster: String
  /// The path of the text.
  private let text: String
  private let isForced: Bool
  /// What the files have now; nil if they do not exist.
  private let old: [[UInt8]?]
  /// The files that were written, by their positions.
  private var written: [Int] = []

  /// The largest file that is compared.
  private static let limit = 1 << 30

  /// Reads the files that may be there already.
  init(_ files: [EmissionFile], ofCluster cluster: String, beside text: String, isForced: Bool)
    throws
  {
    self.files = files
    self.cluster = cluster
    self.text = text
    self.isForced = isForced
    let folder = Self.part(before: text)
    old = try files.map { try FileDescriptor.contents(of: folder + $0.name, limit: Self.limit) }
  }

  /// The folder of a file as an absolute path, so that nginx finds it from wherever it runs.
  ///
  /// Links on the way stay, so that routers may have them lead elsewhere.
  static func folder(of path: String) throws(CommandError) -> String {
    var folder = part(before: path)
    if !folder.hasPrefix("/") {
      guard let current = unsafe getcwd(nil, 0) else {
        throw CommandError(
          "\(shown(path)): the folder is not known: \(lastError()); write it from / on")
      }
      defer { unsafe free(current) }
      folder = unsafe String(cString: current) + "/" + folder
    }
    let parts = folder.split(separator: "/").filter { $0 != "." }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder of a path with its `/`; empty for the current one.
  private static func part(before path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  /// The folder of the text with its `/`; empty for the current one.
  var folder: String { Self.part(before: text) }

  private func path(_ file: EmissionFile) -> String { folder + file.name }

  /// Whether the text names any.
  var hasFiles: Bool { !files.isEmpty }

  /// Whether a file is missing or another one.
  var hasChanges: Bool { zip(files, old).contains { $0.bytes != $1 } }

  /// Names the files that are missing or other ones.
  ///
  /// - Returns: Whether all are as they should be.
  func check() -> Bool {
    for (file, old) in zip(files, old) where file.bytes != old {
      Notes.say("\(shown(path(file))): \(old == nil ? "is missing" : "was changed")")
    }
    return !hasChanges
  }

  /// Throws if somebody has changed a file.
  func protectEdits() throws(CommandError) {
    guard !isForced else { return }
    for (file, old) in zip(files, old) {
      if let old, old != file.bytes {
        throw CommandError(
          "\(shown(path(file))): was changed after chash wrote it; write over it with --force")
      }
    }
  }

  /// Writes the files that are missing or other ones.
  func write() throws {
    try undoing {
      for (index, file) in files.enumerated() where old[index] != file.bytes {
        // Somebody's link, device or folder of that name is no file of this program.
        guard !FileDescriptor.exists(path(file)) || old[index] != nil else {
          throw CommandError("\(shown(path(file))): is no regular file; remove it")
        }
        let target = try AtomicFile(path(file), editing: true)
        try target.write(file.bytes)
        try target.commit()
        written.append(index)
      }
    }
  }

  /// Does something, and puts the files back if it fails.
  func undoing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      try? undo()
      throw error
    }
  }

  /// Puts the files back as they were.
  func undo() throws {
    for index in written {
      let path = path(files[index])
      guard let bytes = old[index] else {
        try FileDescriptor.remove(path)
        continue
      }
      let file = try AtomicFile(path, editing: true)
      try file.write(bytes)
      try file.commit()
    }
    written = []
  }
}
