import ClusterDocument
import ConsistentHashing
import ConsistentHashingTesting
import Testing

/// The file of a history of lists: it reads as it was written, or not at all.
@Suite struct ListHistoryFileTests {
  private static func history(_ lists: Int, using random: inout SeededGenerator) throws
    -> ListHistory
  {
    let texts = ["a", "é\u{301}", "x: y", "--- # in use until 5", "\"", "1"]
    return ListHistory(
      try (0..<lists).map { list in
        let nodes = (0..<Int.random(in: 1...4, using: &random)).map { node in
          Node(
            id: NodeID("\(texts[(node + list) % texts.count])-\(node)"),
            address: "10.0.0.\(node):80", weight: Double.random(in: 0.5...9, using: &random),
            zone: texts.randomElement(using: &random),
            state: Node.State.allCases.randomElement(using: &random) ?? .up,
            properties: [texts[list % texts.count]: texts[node % texts.count]])
        }
        return ListHistory.Entry(
          PlacedCluster(
            try Cluster(name: "--- # in use until 7", nodes: nodes),
            Placement(rule: "jump", options: ["seed": "\(list)"])), until: list * 1000)
      })
  }

  @Test func aHistoryReadsAsItWasWritten() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    for count in 0..<20 {
      let history = try Self.history(count, using: &random)
      let list = UInt64.random(in: 0 ... .max, using: &random)
      let file = try ListHistory.file(history.text(ofList: list), named: "h")
      #expect(file.history == history && file.list == list, "seed \(seed)")
    }
  }

  /// Every change of one byte and every shorter file.
  @Test func aDamagedFileIsRefused() throws {
    var random = SeededGenerator(seed: 1)
    let text = try Self.history(2, using: &random).text(ofList: 0x0123_4567_89AB_CDEF)
    let bytes = Array(text.utf8)
    let list = try #require(text.firstRange(of: "0123456789abcdef"))
    let listBytes = text.utf8.distance(from: text.startIndex, to: list.lowerBound)
    for length in 0..<bytes.count {
      #expect(throws: DocumentError.self) {
        try ListHistory.file(String(decoding: bytes[..<length], as: UTF8.self), named: "h")
      }
    }
    for place in bytes.indices where !(listBytes..<listBytes + 16).contains(place) {
      var changed = bytes
      changed[place] ^= 1
      #expect(throws: DocumentError.self, "byte \(place)") {
        try ListHistory.file(String(decoding: changed, as: UTF8.self), named: "h")
      }
    }
  }

  @Test func theMessageSaysWhatIsWrong() throws {
    var random = SeededGenerator(seed: 1)
    let text = try Self.history(1, using: &random).text(ofList: 1)
    for (wrong, message) in [
      ("", "h:1:1: this is no history of lists; bring back the file"),
      (
        text.replacing("(history 1,", with: "(history 2,"),
        "h:1:1: the history has the version 2, and this chash knows 1; use a newer chash"
      ),
      (text.replacing("(history 1,", with: "(history x,"), "h:1:1: the history has no version;"),
      (
        text.replacing(", list ", with: ", lost "),
        "h:1:1: the first line of the history is damaged;"
      ),
      (text + "\n", "h:1:1: the history was changed or cut off since it was written;"),
    ] {
      let error = #expect(throws: DocumentError.self) { try ListHistory.file(wrong, named: "h") }
      #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }
  }
}
