import Configurations
import ConsistentHashing
import EnvoyConfiguration
import MCRouterConfiguration
import ProxyProfiles
import TwemproxyConfiguration

/// What libFuzzer calls with each input: the file of a system, which the first byte names: `0`, `1` or
/// `2` for twemproxy, mcrouter or Envoy.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe UnsafeBufferPointer(start: start, count: count)
  guard let first = unsafe input.first else { return 0 }
  let bytes = unsafe Array(input.dropFirst())
  let readers: [any ConfigurationReader] = [TwemproxyReader(), MCRouterReader(), EnvoyReader()]
  let reader = readers[Int(first % 3)]
  for reader in readers { _ = reader.likeness(of: bytes) }
  // U+0085, U+2028 and U+2029 end lines as well; their last bytes are these.
  let lines = 1 + bytes.count { [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($0) }
  do {
    let reading = try reader.reading(of: bytes, file: "f", files: ConfigurationFiles([:]))
    for problem in reading.problems {
      precondition((1...lines).contains(problem.location.line), "\(problem) is outside of the text")
    }
    for part in reading.clusters { check(part, lines: lines) }
  } catch {
    precondition((1...lines).contains(error.location.line), "\(error) is outside of the text")
  }
  return 0
}

private func check(_ part: ConfiguredCluster, lines: Int) {
  precondition((1...lines).contains(part.location.line), "a part is outside of the text")
  do {
    let placed = try part.cluster()
    precondition(placed.nodes.count == part.nodeLocations.count, "a node has no place")
    precondition((try? RuleCatalogue.all.rule(named: placed.placement.rule)) != nil, "no rule")
  } catch {
    precondition(!error.problem.isEmpty && !error.remedy.isEmpty, "a reason without a text")
    precondition((1...lines).contains(error.location.line), "\(error) is outside of the text")
  }
}
