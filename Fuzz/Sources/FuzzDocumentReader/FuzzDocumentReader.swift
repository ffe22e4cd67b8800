import ClusterDocument
import ConsistentHashing

/// The function that libFuzzer calls with each input: a cluster document.
///
/// The lowest bit of the first byte says whether nodes may have the fields `backup` and `guid` (so that
/// `0` and `1` do in seeds).
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  guard let first = unsafe input.first else { return 0 }
  let text = unsafe Array(input.dropFirst())
  let properties = first & 1 == 0 ? [] : ["backup", "guid"]
  do {
    let document = try ClusterDocument(yaml: text.span, file: "c", properties: properties)
    check(document, lines: lines(of: text))
    checkWriting(document.placed, properties)
  } catch {
    check(error, lines: lines(of: text))
  }
  return 0
}

/// The largest number of lines that a text may have.
private func lines(of text: [UInt8]) -> Int {
  // U+0085, U+2028 and U+2029 end lines as well; their last bytes are these.
  1 + text.count { [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($0) }
}

private func check(_ error: DocumentError, lines: Int) {
  precondition(!error.problem.isEmpty && !error.remedy.isEmpty, "an error without a text")
  guard let location = error.location else { return }
  precondition(
    (1...lines).contains(location.line) && location.column > 0, "\(error) is outside of the text")
}

/// Every node has a place, and so does a later error about it.
private func check(_ document: ClusterDocument, lines: Int) {
  for index in document.cluster.nodes.indices {
    let error = ClusterError(.invalidWeight, .node(index), "problem", remedy: "remedy")
    guard let location = document.locate(error).location else {
      preconditionFailure("node \(index) has no place")
    }
    precondition((1...lines).contains(location.line) && location.column > 0)
  }
}

/// A document that was read can be written, and reads as the same value again.
private func checkWriting(_ placed: PlacedCluster, _ properties: [String]) {
  let text = ClusterDocument.text(of: placed, properties: properties)
  do {
    let again = try ClusterDocument(yaml: text, file: "again", properties: properties)
    precondition(again.placed == placed, "another cluster after writing: \(text)")
  } catch {
    preconditionFailure("what was written cannot be read: \(error)\n\(text)")
  }
}
