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

  /// The directory that stands for `/` in absolute paths of includes.
  ///
  /// Nil for `/` itself.
  public let root: String?

  /// Creates access to files.
  public init(
    read: @escaping @Sendable (_ path: String) throws(Unreadable) -> [UInt8],
    list: @escaping @Sendable (_ directory: String) -> [String], root: String? = nil
  ) {
    self.read = read
    self.list = list
    self.root = root
  }

  /// Where the file of an absolute path is.
  public func path(ofAbsolute path: String) -> String {
    guard let root else { return path }
    return root.utf8.last == UInt8(ascii: "/") ? String(root.dropLast()) + path : root + path
  }

  /// Creates files in memory, by their paths.
  public init(_ files: [String: [UInt8]]) {
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
        let names = files.keys.filter { $0.utf8.starts(with: prefix.utf8) }.map { path in
          String(
            decoding: path.utf8.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "/") },
            as: UTF8.self)
        }
        return Set(names).sorted()
      })
  }
}
