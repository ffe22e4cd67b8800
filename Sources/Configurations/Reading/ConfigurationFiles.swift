/// The files that a configuration includes.
///
/// The readers open no files themselves. A program decides which files may be read, and tests and
/// fuzzers need none.
public struct ConfigurationFiles: Sendable {
  /// Why a file cannot be read.
  public struct Unreadable: Error, Hashable, Sendable {
    /// The reason, for example `2: No such file or directory`.
    public let reason: String

    /// Creates an error.
    public init(reason: String) { self.reason = reason }
  }

  /// Reads the file at a path.
  public let read: @Sendable (_ path: String) throws(Unreadable) -> [UInt8]

  /// The names in a directory.
  ///
  /// The list is empty if the directory cannot be read.
  ///
  /// Only patterns in `include` use it.
  public let list: @Sendable (_ directory: String) -> [String]

  /// A directory that stands for another one in absolute paths of includes.
  public struct Root: Hashable, Sendable {
    /// The directory in the configuration, such as `/` or `/etc/nginx`.
    public let prefix: String
    /// The directory that is read in its place.
    public let folder: String

    /// Creates a root.
    public init(prefix: String = "/", folder: String) {
      self.prefix = prefix
      self.folder = folder
    }

    /// The path in the folder; nil for a path outside of the prefix.
    func path(of path: String) -> String? {
      let prefix = self.prefix.utf8.last == UInt8(ascii: "/") ? prefix : prefix + "/"
      guard path.utf8.starts(with: prefix.utf8) else { return nil }
      let rest = String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      return folder.utf8.last == UInt8(ascii: "/") ? folder + rest : "\(folder)/\(rest)"
    }
  }

  /// The directories that stand for others in absolute paths of includes.
  public let roots: [Root]
  /// The same, those with the longest prefix first.
  private let fitting: [Root]

  /// Creates access to files.
  public init(
    read: @escaping @Sendable (_ path: String) throws(Unreadable) -> [UInt8],
    list: @escaping @Sendable (_ directory: String) -> [String], roots: [Root] = []
  ) {
    self.read = read
    self.list = list
    self.roots = roots
    fitting = roots.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  /// Where the file of an absolute path is: in the root with the longest prefix.
  public func path(ofAbsolute path: String) -> String {
    fitting.lazy.compactMap { $0.path(of: path) }.first ?? path
  }

  /// Creates files in memory, by their paths.
  public init(_ files: [String: [UInt8]]) {
    let paths = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    self.init(
      read: { path throws(Unreadable) in
        guard let bytes = files[path] else {
          throw Unreadable(reason: "2: No such file or directory")
        }
        return bytes
      },
      list: { directory in
        let isRoot = directory == "." || directory.utf8.last == UInt8(ascii: "/")
        let prefix = directory == "." ? "" : isRoot ? directory : directory + "/"
        let names = Self.part(of: paths, after: prefix).map { path in
          String(
            decoding: path.utf8.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "/") },
            as: UTF8.self)
        }
        return Set(names).sorted()
      })
  }

  /// The paths that begin with a prefix, of some in the order of their bytes.
  private static func part(of paths: [String], after prefix: String) -> ArraySlice<String> {
    var first = 0
    var end = paths.count
    while first < end {
      let middle = (first + end) / 2
      if paths[middle].utf8.lexicographicallyPrecedes(prefix.utf8) {
        first = middle + 1
      } else {
        end = middle
      }
    }
    return paths[first...].prefix { $0.utf8.starts(with: prefix.utf8) }
  }
}
