public import ConsistentHashing

/// The file of a history: cluster documents, one a list, below a header with a number of the whole.
///
/// The number tells a file that was cut off or edited from a whole one, and the header names the list that
/// the history belongs to, so that a document which was changed since is noticed.
extension ListHistory {
  /// A history as it was read from a file.
  public struct File: Hashable, Sendable {
    /// The history.
    public let history: ListHistory
    /// The list that it belongs to; see `PlacedCluster.listDigest(in:)`.
    public let list: UInt64
  }

  private static let start = "# Earlier lists of servers, written by chash rollout (history "
  private static let version = 1
  private static let remark =
    "# Sessions live by them. chash rollout adds lists and takes them away; do not change this file.\n"
  private static let mark = "--- # in use until "

  /// The text of the file.
  ///
  /// - Parameters:
  ///   - list: The number of the list that the history belongs to.
  ///   - properties: Names of node properties that rules read, as for documents.
  public func text(ofList list: UInt64, properties: [String] = []) -> String {
    var body = Self.remark
    for entry in entries {
      body += "\(Self.mark)\(entry.until)\n"
      body += ClusterDocument.text(of: entry.placed, properties: properties)
    }
    return
      "\(Self.start)\(Self.version), list \(hexadecimal(list)), text \(hexadecimal(XXH3.hash(body)))).\n"
      + body
  }

  /// Reads the file of a history.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - file: Its name, for messages.
  ///   - properties: Names of node properties that rules read, as for documents.
  /// - Throws: ``DocumentError`` if the text is not one that ``text(ofList:properties:)`` makes: damaged,
  ///   edited, or from a newer version.
  public static func file(_ text: String, named file: String, properties: [String] = [])
    throws(DocumentError) -> File
  {
    func error(_ line: Int, _ problem: String, _ remedy: String) -> DocumentError {
      DocumentError(
        file: file, location: .init(line: line, column: 1), problem: problem, remedy: remedy)
    }
    let again =
      "bring back the file that chash wrote; without any, sessions of earlier lists are placed anew"
    guard let lineEnd = text.utf8.firstIndex(of: UInt8(ascii: "\n")), text.hasPrefix(start),
      text[..<lineEnd].hasSuffix(").")
    else { throw error(1, "this is no history of lists", again) }
    let fields = text[..<lineEnd].dropFirst(start.count).dropLast(2).split(separator: ", ")
    guard let written = fields.first.flatMap({ Int($0) }) else {
      throw error(1, "the history has no version", again)
    }
    guard written == version else {
      throw error(
        1, "the history has the version \(written), and this chash knows \(version)",
        "use a newer chash")
    }
    let body = String(text[text.utf8.index(after: lineEnd)...])
    guard fields.count == 3, let list = number(fields[1], after: "list "),
      let digest = number(fields[2], after: "text "), body.hasPrefix(remark)
    else { throw error(1, "the first line of the history is damaged", again) }
    guard digest == XXH3.hash(body) else {
      throw error(1, "the history was changed or cut off since it was written", again)
    }
    let entries = try entries(of: body, named: file, properties)
    guard entries.count <= largestCount else {
      throw error(
        1, "the history has \(entries.count) lists, and \(largestCount) are the most", again)
    }
    return File(history: ListHistory(entries), list: list)
  }

  /// The lists below the header.
  private static func entries(of body: String, named file: String, _ properties: [String])
    throws(DocumentError) -> [Entry]
  {
    var entries: [Entry] = []
    var lines: [Substring] = []
    var until: Int?
    func finish() throws(DocumentError) {
      guard let until else { return }
      let text = lines.joined(separator: "\n") + "\n"
      let document = try ClusterDocument(yaml: text, file: file, properties: properties)
      entries.append(Entry(document.placed, until: until))
      lines = []
    }
    // A line of a document never begins with the mark: its texts are quoted, and a mark has no quotes.
    for line in body.split(separator: "\n", omittingEmptySubsequences: true) {
      guard line.hasPrefix(mark) else {
        lines.append(line)
        continue
      }
      try finish()
      lines = []
      guard let time = Int(line.dropFirst(mark.count)) else {
        throw DocumentError(
          file: file, location: nil, problem: "a list has no time",
          remedy: "bring back the file that chash wrote")
      }
      until = time
    }
    try finish()
    return entries
  }

  private static func number(_ field: Substring, after word: String) -> UInt64? {
    let digits = field.dropFirst(word.count)
    guard field.hasPrefix(word), digits.utf8.count == 16 else { return nil }
    return UInt64(digits, radix: 16)
  }

  private func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
