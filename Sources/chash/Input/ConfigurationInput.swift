import Configurations

/// The files that a path on the command line names, and the system that they belong to.
///
/// A path is a file, a folder, or several files with commas between them. Standard input and single files
/// may hold a whole configuration, such as the output of `nginx -T`.
struct ConfigurationInput {
  let parts: [ConfigurationPart]
  let reader: any ConfigurationReader
  /// The files that the configuration may include.
  let files: ConfigurationFiles
  /// How the reader was chosen, where the user may wonder about it.
  let doubt: Doubt?

  /// Why a configuration may be one of another system.
  enum Doubt {
    /// Its contents are like one system, and its name is like another.
    case name
    /// Its contents are like no system.
    case contents
  }

  /// Finds the files and reads them.
  init(_ path: String, files: ConfigurationFiles) throws {
    let names = Self.names(in: path)
    guard names.count == 1, FileDescriptor.isDirectory(path) else {
      let found = try names.flatMap { name in
        FileDescriptor.isDirectory(name) ? try Self.files(inFolder: name).names : [name]
      }
      try self.init(found.map(Self.read), files: files)
      return
    }
    let (reader, found) = try Self.files(inFolder: path)
    try self.init(found.map(Self.read), reader: reader, files: files, doubt: nil)
  }

  /// Chooses the system for files that were read.
  init(_ parts: [ConfigurationPart], files: ConfigurationFiles) throws {
    let first = parts.first ?? ConfigurationPart(file: "", bytes: [])
    let found = configurationReaders.reader(for: first.bytes, file: first.file)
    guard let reader = found ?? configurationReaders.first else {
      throw CommandError("\(shown(first.file)): no system is known")
    }
    var doubt: Doubt?
    if reader.likeness(of: first.bytes) == 0 {
      doubt = .contents
    } else if let named = configurationReaders.reader(forName: first.file),
      named.system != reader.system
    {
      doubt = .name
    }
    if parts.count == 1, let bundle = reader.bundle(in: first.bytes) {
      self.init([bundle.main], reader: reader, files: bundle.files, doubt: doubt)
    } else {
      self.init(parts, reader: reader, files: files, doubt: doubt)
    }
  }

  private init(
    _ parts: [ConfigurationPart], reader: any ConfigurationReader, files: ConfigurationFiles,
    doubt: Doubt?
  ) {
    self.parts = parts
    self.reader = reader
    self.files = files
    self.doubt = doubt
  }

  /// What to add to an error if the file may be one of another system.
  var explanation: String {
    switch doubt {
    case .contents:
      "; the file was read as \(reader.system)'s, and is like no file of "
        + configurationReaders.dropLast().map(\.system).joined(separator: ", ")
        + (configurationReaders.last.map { " or \($0.system)" } ?? "")
    case .name: "; the file was read as \(reader.system)'s, which its lines are like"
    case nil: ""
    }
  }

  /// The paths of several files: those between commas, unless a file has a comma in its name.
  static func names(in path: String) -> [String] {
    guard path.utf8.contains(UInt8(ascii: ",")), !FileDescriptor.exists(path) else { return [path] }
    return path.split(separator: ",").map(String.init)
  }

  /// The text of a file of the configuration; nil if it cannot be read.
  func text(of file: String) -> [UInt8]? {
    parts.first { $0.file == file }?.bytes ?? (try? files.read(file))
  }

  /// The files of a folder that make up a configuration, and their system.
  private static func files(
    inFolder folder: String
  ) throws -> (reader: any ConfigurationReader, names: [String]) {
    func path(_ name: String) -> String {
      folder.utf8.last == UInt8(ascii: "/") ? folder + name : "\(folder)/\(name)"
    }
    let names = ConfigurationFiles.names(in: folder).filter {
      !FileDescriptor.isDirectory(path($0))
    }
    let found = configurationReaders.map { (reader: $0, names: $0.files(amongNames: names)) }
      .filter { !$0.names.isEmpty }
    guard let first = found.first else {
      throw CommandError(
        "\(shown(folder)): is a folder without nginx.conf, *.conf or *.cfg; name a file")
    }
    // A folder that has both belongs to the system whose name is in a name of a file.
    let marked = found.filter { $0.names.contains(where: $0.reader.marks.isNamed) }
    guard found.count == 1 || marked.count == 1 else {
      let systems = found.map(\.reader.system).joined(separator: " and of ")
      throw CommandError("\(shown(folder)): has files of \(systems); name the ones to read")
    }
    let chosen = marked.first ?? first
    return (chosen.reader, chosen.names.map(path))
  }

  private static func read(_ path: String) throws -> ConfigurationPart {
    let file = try FileDescriptor.reading(path)
    defer { file.close() }
    return ConfigurationPart(file: path, bytes: try file.readAll(limit: largest))
  }

  /// Configurations above this size are refused.
  static let largest = 64 << 20
}

extension ConfigurationMarks {
  /// Whether a part of a name is one of the system.
  fileprivate func isNamed(_ name: String) -> Bool {
    nameParts.contains(where: name.lowercased().contains)
  }
}
