import Configurations
import ConsistentHashing
import HAProxyConfiguration

/// What libFuzzer calls with each input: files, separated by the byte 1E, that HAProxy would read one
/// after the other.
///
/// The lowest bit of the first byte says which version reads them (so that `0` and `1` do in seeds), and the
/// next one whether the environment and the version are known.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  guard let first = unsafe input.first else { return 0 }
  let files = unsafe Array(input.dropFirst())
    .split(separator: 0x1E, maxSplits: 2, omittingEmptySubsequences: false).enumerated()
    .map { (file: "\($0).cfg", bytes: Array($1)) }
  var surroundings = ConfigurationSurroundings()
  if first & 2 != 0 {
    surroundings.environment = { $0.utf8.first == UInt8(ascii: "A") ? Array("a b".utf8) : nil }
    surroundings.version = "2.6.12"
  }
  let reader = HAProxyReader(
    version: first & 1 == 0 ? .newest : HAProxyVersion(2, 6),
    limits: HAProxyLimits(totalSize: 4000, servers: 300),
    surroundings: surroundings)
  do {
    let reading = try reader.backends(in: files)
    precondition(reading.files.map(\.printed) == files.map(\.bytes), "a tree loses bytes")
    for problem in reading.problems { precondition(!problem.description.isEmpty) }
    for backend in reading.backends { check(backend, isAccepted: reading.isAccepted) }
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}

private func check(_ backend: HAProxyBackend, isAccepted: Bool) {
  precondition(
    backend.servers.allSatisfy { (0...256).contains($0.weight) && $0.id ?? 1 > 0 },
    "a number that HAProxy rejects")
  do {
    let placed = try backend.cluster()
    precondition(placed.nodes.count == backend.servers.count, "a server is missing")
    precondition(backend.flaw == nil, "a cluster of what is not known in full")
  } catch {
    precondition(!error.problem.isEmpty && !error.remedy.isEmpty)
  }
  // Whatever HAProxy rejects in a section stays with it.
  if isAccepted, let flaw = backend.flaw { precondition(flaw.severity == .unknown) }
}
