import Configurations
import ConsistentHashing
import NginxConfiguration

/// What libFuzzer calls with each input.
///
/// The low two bits of the first byte say where the text stands and which version reads it (so that
/// `0` to `3` do in seeds). The rest are files, separated by the byte 1E, which may include each
/// other: `/0.conf`, `/1.conf`, and so on.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  guard let first = unsafe input.first else { return 0 }
  let texts = unsafe Array(input.dropFirst())
    .split(separator: 0x1E, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
  let variant = Int(first & 3)

  var files: [String: [UInt8]] = [:]
  for (number, text) in texts.enumerated() {
    files["/\(number).conf"] = text
    if let tree = try? NginxSyntaxTree(bytes: text, file: "\(number).conf") {
      precondition(tree.printed == text, "a tree loses bytes")
    }
  }
  let reader = NginxReader(
    files: ConfigurationFiles(files), version: variant == 3 ? NginxVersion(1, 22, 1) : .newest,
    limits: limits)
  let place: NginxReader.Place = [.main, .inside(.http), .inside(.stream), .inside(.http)][variant]
  do {
    let reading = try reader.upstreams(in: "/0.conf", place: place)
    for problem in reading.problems { precondition(!problem.description.isEmpty) }
    for upstream in reading.upstreams {
      if let placed = try? upstream.cluster() { check(placed, isAccepted: reading.isAccepted) }
    }
    for split in reading.splits {
      if let placed = try? split.cluster() { check(placed, isAccepted: reading.isAccepted) }
    }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

/// Small limits, so that they are met.
private let limits = NginxLimits(
  fileSize: 4000, totalSize: 20_000, files: 20, blockDepth: 6, includeDepth: 4)

/// A cluster that can be written reads as the same cluster again.
private func check(_ placed: PlacedCluster, isAccepted: Bool) {
  guard let emission = try? NginxEmitter().emit(placed) else { return }
  let context =
    placed.cluster.properties["context"].flatMap(NginxContext.init(rawValue:)) ?? .http
  let reader = NginxReader(files: ConfigurationFiles(["/w": Array(emission.text.utf8)]))
  do {
    let reading = try reader.upstreams(in: "/w", place: .inside(context))
    precondition(reading.isAccepted, "what was written is not accepted: \(reading.problems)")
    let again =
      reading.upstreams.compactMap { try? $0.cluster() }
      + reading.splits.compactMap { try? $0.cluster() }
    precondition(
      !isAccepted || !emission.notes.isEmpty || again == [placed],
      "another cluster after writing: \(emission.text)")
  } catch {
    preconditionFailure("what was written cannot be read: \(error)")
  }
}
