import ConsistentHashing
import ConsistentHashingTesting
import ProxyProfiles
import Testing

/// What HAProxy hashes of a key, seen through where the key goes.
///
/// The expected parts were found by asking HAProxy 2.6.12 for each key and finding the part whose
/// hash leads to the server that answered.
@Suite struct HAProxyHashTests {
  private static let nodes: [Node] = (1...4).map {
    Node(address: "10.0.0.\($0):80", weight: 4)
  }

  private func selector(
    _ balance: HAProxyBalance, _ function: HAProxyKeyHash.Function = .crc32
  ) throws -> HAProxyConsistentHash {
    try HAProxyConsistentHash(
      Cluster(nodes: Self.nodes),
      keyHash: HAProxyKeyHash(function: function, isAvalanche: false, balance: balance))
  }

  /// Expects that a key goes where the part goes; checks with eight hashes, so that parts which go
  /// the same way by chance are told apart.
  private func expect(
    _ key: String, under balance: HAProxyBalance, _ uriPart: HAProxyURIPart = HAProxyURIPart(),
    hashes part: String?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for function in HAProxyKeyHash.Function.allCases where function != .none {
      for isAvalanche in [false, true] {
        func index(_ balance: HAProxyBalance, _ key: String) throws -> Int? {
          try HAProxyConsistentHash(
            Cluster(nodes: Self.nodes),
            keyHash: HAProxyKeyHash(
              function: function, isAvalanche: isAvalanche, balance: balance, uriPart: uriPart)
          ).index(for: key)
        }
        #expect(
          try index(balance, key) == part.map { try index(.expression, $0) } ?? nil,
          "\(key) with \(function)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(arguments: [
    ("a,b", "a"), (" a , b", "a"), ("\"a,b\",c", "\"a,b\""), ("a\tb , c", "a\tb"),
    ("a;b,c", "a;b"), ("\\,a", "\\"), ("\"a", "\"a"), ("\"a\\\",b\",c", "\"a\\\",b\""),
    ("\"a\\", "\"a\\"), ("foo", "foo"), (",a", nil), ("", nil), (" \t ", nil),
  ])
  func hashesTheFirstElementOfAHeader(value: String, part: String?) throws {
    try expect(value, under: .header, hashes: part)
  }

  @Test func hashesAnEmptyArgument() throws {
    // HAProxy with three or four equal servers answered "?k=" from the same one every time.
    let four = try HAProxyConsistentHash(
      Cluster(nodes: ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"]))
    #expect(four.index(for: "") == 2)
  }

  @Test(arguments: [
    ("/", "/"), ("/a?b=1", "/a"), ("/?", "/"), ("*", "*"), ("/a/b/c", "/a/b/c"), ("//", "//"),
    ("http://h/p?q", "http://h/p"),
  ])
  func hashesATargetUpToItsQuery(target: String, part: String) throws {
    try expect(target, under: .uri, hashes: part)
  }

  @Test(arguments: [
    ("/a?b", HAProxyURIPart(isWhole: true), "/a?b"),
    ("/a/b/c", HAProxyURIPart(depth: 1), "/a"), ("//", HAProxyURIPart(depth: 1), "/"),
    ("/a/b/c", HAProxyURIPart(depth: 2), "/a/b"), ("/a/b?/c", HAProxyURIPart(depth: 2), "/a/b"),
    ("/abcdefgh", HAProxyURIPart(length: 6), "/abcde"),
    ("/ab?cdef", HAProxyURIPart(length: 6), "/ab"),
    ("/a?b=1", HAProxyURIPart(isWhole: true, length: 4), "/a?b"),
    ("/a", HAProxyURIPart(length: 6), "/a"),
    ("/a/b/c", HAProxyURIPart(length: 5, depth: 1), "/a"),
    ("/abc?x", HAProxyURIPart(isWhole: true, isPathOnly: true), "/abc?x"),
    ("http://host/abc?x", HAProxyURIPart(isWhole: true, isPathOnly: true), "/abc?x"),
    ("http://host/abc?x", HAProxyURIPart(isPathOnly: true), "/abc"),
    ("http://host?x=1/y", HAProxyURIPart(isPathOnly: true), "/y"),
    ("http://u@host/p", HAProxyURIPart(isPathOnly: true), "/p"),
    ("http://h//p", HAProxyURIPart(isPathOnly: true), "//p"),
    ("http:///y", HAProxyURIPart(isPathOnly: true), "/y"),
    ("a+b.c-d://h/q", HAProxyURIPart(isPathOnly: true), "/q"),
    ("http://host", HAProxyURIPart(isPathOnly: true), ""),
    ("host:80", HAProxyURIPart(isPathOnly: true), ""), ("*", HAProxyURIPart(isPathOnly: true), ""),
    ("http://host/abc?x", HAProxyURIPart(isPathOnly: true, length: 3), "/ab"),
  ])
  func hashesThePartOfATargetThatIsAskedFor(
    target: String, asked: HAProxyURIPart, part: String
  ) throws {
    try expect(target, under: .uri, asked, hashes: part)
  }

  /// The low 32 bits of the number, which `none` makes the hash.
  @Test(
    arguments: [
      ("0", 0), ("12345", 12345), ("+7", 7), ("-1", 0xFFFF_FFFF), ("4294967296", 0),
      ("4294967299x5", 3), ("", 0), ("abc", 0), ("-", 0), (" 5", 0), ("007", 7),
      ("9223372036854775807", 0xFFFF_FFFF), ("9223372036854775808", 0xFFFF_FFFF),
      ("99999999999999999999999", 0xFFFF_FFFF), ("-9223372036854775808", 0),
      ("-9223372036854775809", 0), ("-4294967297", 0xFFFF_FFFF),
    ] as [(String, UInt32)])
  func readsNumbers(key: String, hash: UInt32) throws {
    // Every residue has an entry of its own in tables of 255 and 256 servers.
    for size in [255, 256] {
      let map = try HAProxyMapHash(
        Cluster(nodes: (0..<size).map { Node(address: "10.0.1.\($0):80") }),
        keyHash: HAProxyKeyHash(function: .none, isAvalanche: false))
      #expect(map.index(for: key) == Int(hash) % size)
    }
  }

  @Test(
    arguments: [
      ("10.1.2.3", 0x0A01_0203), ("0.0.0.0", 0), ("255.255.255.255", 0xFFFF_FFFF),
      ("::1", 1), ("2001:db8::7", 0x2001_0DB8 ^ 7), ("::ffff:10.1.2.3", 0xFFFF ^ 0x0A01_0203),
      ("1:2:3:4:5:6:7:8", 0x0001_0002 ^ 0x0003_0004 ^ 0x0005_0006 ^ 0x0007_0008),
    ] as [(String, UInt32)])
  func makesANumberOfAnAddress(key: String, hash: UInt32) throws {
    for isAvalanche in [false, true] {
      for function in HAProxyKeyHash.Function.allCases {
        let source = try HAProxyConsistentHash(
          Cluster(nodes: Self.nodes),
          keyHash: HAProxyKeyHash(
            function: function, isAvalanche: isAvalanche, balance: .source))
        let number = try HAProxyConsistentHash(
          Cluster(nodes: Self.nodes),
          keyHash: HAProxyKeyHash(function: .none, isAvalanche: isAvalanche))
        #expect(source.index(for: key) == number.index(for: "\(hash)"))
      }
    }
  }

  @Test(arguments: ["", "localhost", "10.1.2", "10.1.2.3:80", "[::1]", "unix"])
  func leavesWhatIsNoAddressToRoundRobin(key: String) throws {
    let source = try selector(.source)
    #expect(source.index(for: key) == nil)
    #expect(source.preference(for: key) == Preference([], end: .stateful("round robin")))
  }

  /// Every length to 69, so that the last few bytes are all the ways they can be.
  @Test func hashesByteByByte() throws {
    var generator = SeededGenerator(seed: 11)
    var different: [String] = []
    let byNumber = try selector(.expression, .none)
    for function in HAProxyKeyHash.Function.allCases where function != .none {
      let byFunction = try selector(.expression, function)
      for length in 0..<70 {
        let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let expected = byNumber.index(for: "\(TextbookHAProxy.hash(function, bytes))")
        if byFunction.index(for: bytes.span) != expected {
          different.append("\(function) of \(bytes)")
        }
      }
    }
    #expect(different == [])
  }
}
