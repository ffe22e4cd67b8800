import CAllocationCounter
import ConsistentHashing
import ProxyProfiles
import Testing

#if DEBUG || !os(Linux)
private let countsAllocations = false
#else
private let countsAllocations = allocations_on_this_thread() >= 0
#endif

/// Routing by a profile allocates nothing either.
///
/// Meaningful in release builds only:
/// `swift test -c release -Xswiftc -enable-testing --filter AllocationTests`.
@Suite(.enabled(if: countsAllocations)) struct ProfileAllocationTests {
  /// Addresses, as some profiles take nothing else, and texts of many lengths.
  private static let keys: [[UInt8]] =
    (0..<64).map { length in (0..<length * 5).map { UInt8(truncatingIfNeeded: $0 &* 3) } }
    + (0..<100).map { Array("10.20.\($0).\(255 - $0)".utf8) }
    + (0..<100).map { Array("2001:db8::\(String($0, radix: 16)):1".utf8) }
    + (0..<100).map { Array("user:{\($0)}:session?x=/a/b".utf8) } + [Array("1234567".utf8)]

  /// How many allocations the choices of all keys take.
  @inline(never)
  private static func allocations(_ selector: any NodeSelector) -> Int64 {
    // Built when they are needed first.
    let keys = keys
    var sum = selector.choice(for: "tables that are built when they are needed") ?? 0
    let before = allocations_on_this_thread()
    for key in keys { sum &+= selector.choice(for: key.span) ?? 0 }
    let after = allocations_on_this_thread()
    return sum >= 0 ? after - before : -1
  }

  @Test(arguments: Algorithm.profiles.map(\.name))
  func choosesWithoutAllocation(name: String) throws {
    let algorithm = try Algorithm.named(name)
    var nodes = (0..<100).map { Node(address: "10.0.0.\($0):80") }
    let selector = try algorithm.selector(for: Cluster(nodes: nodes, algorithm: name))
    #expect(Self.allocations(selector) == 0)
    for index in stride(from: 0, to: 100, by: 3) { nodes[index].weight = 2 }
    // Some systems know no weights.
    if let weighted = try? algorithm.selector(for: Cluster(nodes: nodes, algorithm: name)) {
      #expect(Self.allocations(weighted) == 0)
    }
  }

  /// The same for every value of the options that are words.
  @Test(arguments: Algorithm.profiles.map(\.name))
  func everyOptionChoosesWithoutAllocation(name: String) throws {
    let algorithm = try Algorithm.named(name)
    let nodes = (0..<10).map { Node(address: "10.0.0.\($0):80") }
    var allocating: [String] = []
    var checked = 0
    for option in algorithm.options {
      guard case .word(let words) = option.kind else { continue }
      for word in words {
        let cluster = try Cluster(nodes: nodes, algorithm: name, options: [option.name: word])
        // Some words ask for another option, or for properties of nodes.
        guard let selector = try? algorithm.selector(for: cluster) else { continue }
        checked += 1
        let count = Self.allocations(selector)
        if count != 0 { allocating.append("\(option.name)=\(word): \(count)") }
      }
    }
    #expect(allocating == [])
    #expect(checked > 0 || !algorithm.options.contains { $0.isWord })
  }
}

extension AlgorithmOption {
  fileprivate var isWord: Bool {
    if case .word = kind { true } else { false }
  }
}
