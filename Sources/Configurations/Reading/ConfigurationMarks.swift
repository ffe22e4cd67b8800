/// How the files of a system are recognised: by their first word or by their name.
public struct ConfigurationMarks: Hashable, Sendable {
  /// Words that a file of the system may begin with, after comments.
  public let firstWords: Set<String>
  /// Endings of file names, such as `.cfg`.
  public let suffixes: [String]
  /// Parts of file names in lower case, such as `haproxy`.
  public let nameParts: [String]

  /// Describes the files of a system.
  public init(firstWords: Set<String>, suffixes: [String] = [], nameParts: [String] = []) {
    self.firstWords = firstWords
    self.suffixes = suffixes
    self.nameParts = nameParts
  }

  /// Whether the first word of a file is one of the system.
  public func fits(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while true {
      rest = rest.drop { $0 <= 0x20 }
      guard rest.first == UInt8(ascii: "#") else { break }
      rest = rest.drop { $0 != UInt8(ascii: "\n") }
    }
    let word = rest.prefix { $0 > 0x20 && !";{\"'".utf8.contains($0) }
    return word.count <= 64 && firstWords.contains(String(decoding: word, as: UTF8.self))
  }

  /// Whether the name of a file is one of the system.
  public func fits(fileName path: String) -> Bool {
    let name = path.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return nameParts.contains(where: name.contains) || suffixes.contains(where: name.hasSuffix)
  }
}

extension Collection where Element == any ConfigurationReader {
  /// The reader for a file: the one whose system its contents are most like, or else by its name.
  ///
  /// The name decides between systems that it is as much like as to each other. Nil if no reader fits.
  public func reader(for bytes: [UInt8], file: String) -> (any ConfigurationReader)? {
    let likenesses = map { (reader: $0, likeness: $0.likeness(of: bytes)) }
    guard let most = likenesses.map(\.likeness).max(), most > 0 else {
      return reader(forName: file)
    }
    let likest = likenesses.filter { $0.likeness == most }.map(\.reader)
    return likest.reader(forName: file) ?? likest.first
  }

  /// The reader for a file name.
  ///
  /// A part of the name counts more than its ending.
  public func reader(forName file: String) -> (any ConfigurationReader)? {
    let name = file.split(separator: "/").last.map { $0.lowercased() } ?? ""
    return first { $0.marks.nameParts.contains(where: name.contains) }
      ?? first { $0.marks.fits(fileName: file) }
  }
}
