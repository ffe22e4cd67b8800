import ClusterDocument
import ConsistentHashing
import ProxyProfiles

/// A generated text with a header, which tells where it comes from and whether somebody has changed it.
///
/// The header has two numbers. That of the document is the same on all routers that were given the same
/// document. That of the text is the XXH3 of everything below the header.
struct GeneratedText {
  /// The header and the text.
  let bytes: [UInt8]

  /// What a file is to the command that would replace it.
  enum State {
    /// It is as it was generated.
    case unchanged
    /// It was generated, and has been changed since.
    case edited
    /// It was not generated.
    case foreign
  }

  private static let start = "# Written by chash generate nginx from "
  private static let textMark = ", text "
  private static let remark =
    "# Change the document and write again: chash does not write over changes that are made here.\n\n"

  /// Puts a header above a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - placed: The cluster that it was written from.
  ///   - history: The earlier lists that it was written from as well.
  ///   - source: What the cluster is called on the command line.
  init(
    _ text: String, of placed: PlacedCluster, _ history: ListHistory = ListHistory(),
    from source: String
  ) {
    // Without its folder, so that routers with other folders write the same bytes.
    let name = source == "-" ? "standard input" : String(source.split(separator: "/").last ?? "")
    let document = XXH3.hash(Self.document(placed) + Self.earlier(history))
    let header =
      "\(Self.start)\(printable(name)) (document \(Self.digits(document))\(Self.textMark)"
      + "\(Self.digits(XXH3.hash(text)))).\n\(Self.remark)"
    bytes = Array((header + text).utf8)
  }

  /// What a file is.
  static func state(of bytes: [UInt8]) -> State {
    guard bytes.starts(with: start.utf8), let lineEnd = bytes.firstIndex(of: 0x0A) else {
      return .foreign
    }
    let line = String(decoding: bytes[..<lineEnd], as: UTF8.self)
    let rest = bytes[(lineEnd + 1)...]
    guard line.hasSuffix(")."), let digits = line.dropLast(2).split(separator: " ").last,
      line.dropLast(2).hasSuffix(textMark + digits), rest.starts(with: remark.utf8)
    else { return .edited }
    let text = String(decoding: rest.dropFirst(remark.utf8.count), as: UTF8.self)
    return Self.digits(XXH3.hash(text)) == digits ? .unchanged : .edited
  }

  /// The document without its secret, which a number of 64 bits would help to guess.
  private static func document(_ placed: PlacedCluster) -> String {
    var placed = placed
    if case .session(let affinity)? = placed.placement.key {
      placed.placement.key = .session(affinity.withoutSecret)
    }
    return ClusterDocument.text(of: placed)
  }

  private static func earlier(_ history: ListHistory) -> String {
    history.entries.isEmpty ? "" : history.text(ofList: 0)
  }

  private static func digits(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
