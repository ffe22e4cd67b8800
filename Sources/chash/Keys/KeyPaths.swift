import Configurations

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
