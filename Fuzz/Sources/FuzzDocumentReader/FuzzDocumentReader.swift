import ClusterDocument
import ConsistentHashing

/// What libFuzzer calls with each input: a cluster document.
///
/// The lowest bit of the first byte says whether nodes may have the properties `backup` and `guid` (so
/// that `0` and `1` do in seeds).
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  guard let first = unsafe input.first else { return 0 }
  let text = unsafe Array(input.dropFirst())
  let properties = first & 1 == 0 ? [] : ["backup", "guid"]
  do {
    let document = try ClusterDocument(yaml: text.span, file: "c", properties: properties)
    check(document, lines: lines(of: text))
    checkWriting(document.cluster, properties)
  } catch {
    check(error, lines: lines(of: text))
  }
  return 0
}

/// No text has more lines than it has bytes that end one, and one.
private func lines(of text: [UInt8]) -> Int {
  // U+0085, U+2028 and U+2029 end lines as well; their last bytes are these.
  1 + text.count { [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($0) }
}

private func check(_ error: DocumentError, lines: Int) {
  precondition(!error.problem.isEmpty && !error.remedy.isEmpty, "an error says nothing")
  guard let location = error.location else { return }
  precondition((1...lines).contains(location.line) && location.column > 0, "\(error) is nowhere")
}

/// Every node stands somewhere, and so does what is wrong with it later.
private func check(_ document: ClusterDocument, lines: Int) {
  for index in document.cluster.nodes.indices {
    let error = ClusterError(.invalidWeight, .node(index), "problem", remedy: "remedy")
    guard let location = document.locate(error).location else {
      preconditionFailure("node \(index) stands nowhere")
    }
    precondition((1...lines).contains(location.line) && location.column > 0)
  }
}

/// A cluster that was read can be written, and is the same when it is read again.
private func checkWriting(_ cluster: Cluster, _ properties: [String]) {
  let text = ClusterDocument.text(of: cluster)
  do {
    let again = try ClusterDocument(yaml: text, file: "again", properties: properties)
    precondition(again.cluster == cluster, "another cluster after writing: \(text)")
  } catch {
    preconditionFailure("what was written cannot be read: \(error)\n\(text)")
  }
}
