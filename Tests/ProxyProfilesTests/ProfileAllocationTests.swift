import CAllocationCounter
import ConsistentHashing
import ProxyProfiles
import Testing

#if DEBUG || !os(Linux)
private let countsAllocations = false
#else
private let countsAllocations = allocations_on_this_thread() >= 0
#endif

/// Lookups and walks by a profile allocate nothing either.
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

  /// How many allocations it takes to look all keys up, among all nodes and among half of them, and to
  /// walk their whole preferences.
  @inline(never)
  private static func allocations(_ selector: any NodeSelector) -> Int64 {
    // Built when they are needed first.
    let keys = keys
    let up = HealthMask(selector.nodes.indices.map { $0 % 2 == 0 })
    var found: [Int32] = [0, 0, 0]
    var buffer = found.mutableSpan
    var sum = selector.index(for: "tables that are built when they are needed") ?? 0
    let before = allocations_on_this_thread()
    for key in keys {
      sum &+= selector.index(for: key.span) ?? 0
      sum &+= selector.index(for: key.span, among: up) ?? 0
      sum &+= selector.preference(for: key.span, into: &buffer)
      selector.walkPreference(for: key.span) { index in
        sum &+= index
        return true
      }
    }
    let after = allocations_on_this_thread()
    return sum >= 0 ? after - before : -1
  }

  @Test(arguments: RuleCatalogue.all.map(\.name))
  func looksUpWithoutAllocation(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    var nodes = (0..<100).map { Node(address: "10.0.0.\($0):80") }
    #expect(Self.allocations(try rule.selector(for: Cluster(nodes: nodes))) == 0)
    for index in stride(from: 1, to: 100, by: 3) { nodes[index].state = .down }
    #expect(Self.allocations(try rule.selector(for: Cluster(nodes: nodes))) == 0)
    for index in stride(from: 0, to: 100, by: 3) { nodes[index].weight = 2 }
    // Some systems have no weights.
    if let weighted = try? rule.selector(for: Cluster(nodes: nodes)) {
      #expect(Self.allocations(weighted) == 0)
    }
  }

  /// The same for every value of the options that are words, and for the ends of those that are ranges.
  @Test(arguments: RuleCatalogue.all.map(\.name))
  func everyOptionLooksUpWithoutAllocation(name: String) throws {
    let rule = try RuleCatalogue.all.rule(named: name)
    let cluster = try Cluster(nodes: (0..<10).map { Node(address: "10.0.0.\($0):80") })
    var allocating: [String] = []
    var checked = 0
    for option in rule.options {
      for value in option.samples {
        // Some values ask for another option, or for properties of nodes.
        guard let selector = try? rule.selector(for: cluster, options: [option.name: value]) else {
          continue
        }
        checked += 1
        let count = Self.allocations(selector)
        if count != 0 { allocating.append("\(option.name)=\(value): \(count)") }
      }
    }
    #expect(allocating == [])
    #expect(checked > 0 || !rule.options.contains { $0.isWord })
  }
}

extension OptionDescription {
  fileprivate var isWord: Bool {
    if case .word = kind { true } else { false }
  }

  /// All words; of a range its first values.
  fileprivate var samples: [String] {
    switch kind {
    case .word(let words): words
    case .integer(let range): range.prefix(4).map { "\($0)" }
    case .seed, .text: []
    }
  }
}
