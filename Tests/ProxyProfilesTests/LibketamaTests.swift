import ConsistentHashing
import Foundation
import ProxyProfiles
import Testing

@Suite struct LibketamaTests {
  private static let weights = [600, 300, 200, 350, 1000, 800, 950, 100]

  private static func cluster() throws -> Cluster {
    try Cluster(
      nodes: weights.enumerated().map {
        Node(address: "10.0.1.\($0.offset + 1):11211", weight: Double($0.element))
      })
  }

  /// The servers of the keys 0 to 19999 of libketama's own test.
  ///
  /// They are the beginning of a million lines "hash point server" whose MD5 is the one that the test prints,
  /// 5672b131391f5aa2b280936aec1eea74.
  @Test func agreesWithTheLibrarysOwnTest() throws {
    let ring = try LibketamaRing(Self.cluster())
    #expect(ring.pointCount == 1264)
    let recorded = try #require(try MemcacheTable.lines("libketama-golden", "txt").first)
    var different: [Int] = []
    for (key, digit) in recorded.utf8.enumerated()
    where ring.index(for: String(key)) != Int(digit) - 0x30 { different.append(key) }
    #expect(recorded.utf8.count == 20_000)
    #expect(different.isEmpty)
  }

  /// Published with the Python binding: servers of 600 and 400, key `test`.
  @Test func agreesWithThePythonBinding() throws {
    let ring = try LibketamaRing(
      Cluster(nodes: [
        Node(address: "127.0.0.1:11211", weight: 600),
        Node(address: "127.0.0.1:11212", weight: 400),
      ]))
    #expect(ring.index(for: "test") == 0)
    #expect(ring.pointCount == 320)
    let hash = LibmemcachedHash.md5.hash("test".utf8.span)
    #expect(hash == 3_446_378_249)
  }

  /// Shares in single precision, products in double: of up to 256 equal servers only these numbers
  /// lose points.
  @Test func losesPointsWhereTheLibraryDoes() throws {
    var short: [Int] = []
    for count in 1...256 {
      let nodes = (0..<count).map { Node(address: "10.1.\($0 / 250).\($0 % 250)") }
      if try LibketamaRing(Cluster(nodes: nodes)).pointCount != 160 * count { short.append(count) }
    }
    #expect(short == [61, 122, 237, 244])
  }

  @Test func leavesFailuresToTheCallingProgram() throws {
    var nodes = try Self.cluster().nodes
    nodes[4].state = .down
    let ring = try LibketamaRing(Cluster(nodes: nodes))
    let whole = try LibketamaRing(Self.cluster())
    let different = (0..<2000).filter { key in
      let index = whole.index(for: String(key))
      return ring.index(for: String(key)) != (index == 4 ? nil : index)
    }
    #expect(different.isEmpty)
    #expect(whole.preference(for: "0").end == .stateful("the calling program"))
  }

  @Test func refusesWhatLibketamaRefuses() throws {
    func code(_ nodes: [Node]) -> ClusterError.Code? {
      do {
        _ = try LibketamaRing(Cluster(nodes: nodes))
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code([Node(address: "a:1", weight: 0), "b:1"]) == .invalidWeight)
    #expect(code([Node(address: "a:1", weight: 0.5)]) == .invalidWeight)
    #expect(code(["cache-with-a-long-name:1"]) == .invalidAddress)
    #expect(code([Node(address: "a:1", weight: 0, state: .drain), "b:1"]) == nil)
  }
}
