public import Configurations

extension NginxReader {
  /// How files of nginx are recognised, where their contents do not tell: a first word that only nginx
  /// has, or a name that ends in `.conf`.
  public var marks: ConfigurationMarks {
    ConfigurationMarks(
      firstWords: [
        "events", "http", "include", "load_module", "map", "pid", "split_clients", "stream",
        "upstream", "user", "worker_processes", "worker_rlimit_nofile",
      ], suffixes: [".conf"], nameParts: ["nginx"])
  }

  /// The number of lines that begin with a word and end in a semicolon or a brace.
  ///
  /// The output of `nginx -T` is more like nginx than any file.
  public func likeness(of bytes: [UInt8]) -> Int {
    guard NginxDump(bytes) == nil else { return .max }
    let count = ConfigurationLines(of: bytes).count { line in
      Self.isName(line.word) && (line.last == UInt8(ascii: ";") || line.last == UInt8(ascii: "{"))
    }
    // A block may be on one line.
    return count > 0 ? count : isOneLine(bytes) ? 1 : 0
  }

  private func isOneLine(_ bytes: [UInt8]) -> Bool {
    ConfigurationLines(of: bytes).contains { line in
      marks.firstWords.contains(line.word) && line.last == UInt8(ascii: "}")
    }
  }

  /// Whether a word may be the name of a directive, of whatever module: letters, digits and `_`.
  static func isName(_ word: String) -> Bool {
    guard let first = word.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return word.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
  }

  /// The files of a folder: `nginx.conf`, or else all that end in `.conf`, in the order of their bytes.
  ///
  /// A folder without `nginx.conf` is taken for one whose files are included one by one, such as `conf.d`.
  public func files(amongNames names: [String]) -> [String] {
    if names.contains("nginx.conf") { return ["nginx.conf"] }
    return names.filter { $0.utf8.suffix(5).elementsEqual(".conf".utf8) && $0.utf8.first != 0x2E }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The files in the output of `nginx -T`; nil for any other file.
  public func bundle(in bytes: [UInt8]) -> ConfigurationBundle? { NginxDump(bytes)?.bundle }
}
