import ConsistentHashing
import Testing

/// Threads share one selector without a lock.
///
/// The tests compare answers. `make sanitize` runs them under the thread sanitizer, which also finds
/// writes that leave every answer right. Selectors are asked by threads before anything else asks them,
/// so that whatever they prepare at the first lookup is prepared by several threads at once.
@Suite struct SharingTests {
  private static let nodes = (1...40).map { Node(address: "10.0.0.\($0):8080") }
  private static let keys = (0..<4000).map { "session-\($0)" }
  private static let readers = 8

  /// The answers of several readers, each of which asks for every key, beginning at its own.
  private func answers(of selector: any NodeSelector) async -> [[Int?]] {
    await withTaskGroup(of: [Int?].self) { group in
      for reader in 0..<Self.readers {
        group.addTask {
          let start = reader * Self.keys.count / Self.readers
          var answers = [Int?](repeating: nil, count: Self.keys.count)
          for step in Self.keys.indices {
            let position = (start + step) % Self.keys.count
            answers[position] = selector.index(for: Self.keys[position])
          }
          return answers
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Every reader has to get the answers of a selector of its own.
  private func check(_ shared: any NodeSelector, _ own: any NodeSelector) async {
    let found = await answers(of: shared)
    let expected = Self.keys.map { own.index(for: $0) }
    #expect(found == Array(repeating: expected, count: Self.readers))
  }

  @Test func ringsAreShared() async throws {
    await check(try KetamaRing(nodes: Self.nodes), try KetamaRing(nodes: Self.nodes))
  }

  @Test func tablesAreShared() async throws {
    await check(try MaglevTable(nodes: Self.nodes), try MaglevTable(nodes: Self.nodes))
  }

  @Test func rendezvousIsShared() async throws {
    await check(try RendezvousHash(nodes: Self.nodes), try RendezvousHash(nodes: Self.nodes))
  }

  @Test func jumpIsShared() async throws {
    await check(try JumpHash(nodes: Self.nodes), try JumpHash(nodes: Self.nodes))
  }
}
