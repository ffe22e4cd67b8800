import AccessLogs
import Configurations
import ConsistentHashing
import Testing

@Suite struct LogVerificationTests {
  static let names = (1...6).map { "10.0.0.\($0):80" }

  /// What a verification says of requests: a key and the servers that were tried.
  static func verification(_ requests: [(key: String, tries: [String])]) throws -> LogVerification {
    let ring = try KetamaRing(nodes: names.map { Node(address: $0) })
    var verification = LogVerification(ring)
    for (number, request) in requests.enumerated() {
      verification.compare(
        request.key.utf8.span, written: request.key.utf8.span, tries: request.tries,
        line: number + 1)
    }
    return verification
  }

  static func order(_ key: String) throws -> [String] {
    let ring = try KetamaRing(nodes: names.map { Node(address: $0) })
    return ring.preference(for: key).map { names[$0] }
  }

  @Test func everyVerdict() throws {
    let order = try Self.order("k")
    for (tries, verdict) in [
      ([order[0]], .agrees), ([order[0], order[1]], .retried), ([order[1]], .skipped),
      ([order[2], order[0]], .skipped), ([order[3]], .skipped), ([order[4]], .unexplained),
      (["10.0.0.9:80"], .unknownServer),
    ] as [([String], LogVerification.Verdict)] {
      let found = try Self.verification([("k", tries)])
      #expect(found.counts == [verdict: 1], "\(tries)")
      #expect(found.total == 1)
      #expect(found.agreeing == (verdict == .agrees || verdict == .retried ? 1 : 0))
      #expect(found.examples.map(\.line) == (verdict == .agrees ? [] : [1]))
    }
    #expect(try Self.verification([("k", [])]).total == 0)
  }

  /// nginx logs port 80 where the configuration leaves it out, and an address may have several nodes.
  @Test func serversAreKnownByNameAndByAddress() throws {
    let nodes = [
      Node(id: "a", address: "10.0.0.1"), Node(id: "b", address: "10.0.0.2:80"),
      Node(id: "b2", address: "10.0.0.2:80"),
    ]
    let cluster = try Cluster(nodes: nodes, allowsRepeatedAddresses: true)
    let ring = try KetamaRing(cluster)
    var verification = LogVerification(ring)
    for number in 0..<300 {
      let key = "k\(number)"
      let node = nodes[ring.index(for: key)]
      let logged =
        number % 3 == 0 ? node.id.text : node.address == "10.0.0.1" ? "10.0.0.1:80" : node.address
      verification.compare(
        key.utf8.span, written: key.utf8.span, tries: [logged], line: number + 1)
    }
    #expect(verification.counts == [.agrees: 300])
    #expect(verification.isKnown("10.0.0.1") && !verification.isKnown("10.0.0.1:8080"))
  }

  /// A server that others reach meanwhile was not simply down.
  @Test func skippedServersAreShownWithWhatTheyTook() throws {
    let keys = (0..<200).map { "k\($0)" }
    let victim = try Self.order("k7")[0]
    var requests: [(String, [String])] = []
    for (number, key) in keys.enumerated() {
      let order = try Self.order(key)
      let isSkipped = order[0] == victim && (50..<100).contains(number)
      requests.append((key, [isSkipped ? order[1] : order[0]]))
    }
    let down = try Self.verification(requests)
    let place = try #require(Self.names.firstIndex(of: victim))
    let skip = try #require(down.skips[place])
    #expect(down.skips.count == 1 && skip.answersMeanwhile == 0)
    #expect(skip.count == down.counts[.skipped])
    #expect(skip.lines.lowerBound > 50 && skip.lines.upperBound <= 100)
    requests[skip.lines.lowerBound + 1].1 = [victim]
    #expect(try Self.verification(requests).skips[place]?.answersMeanwhile == 1)
  }

  /// Where disagreements begin and end tells of a reload.
  @Test func doubtsHaveAPlace() throws {
    var requests: [(String, [String])] = []
    for number in 0..<300 {
      let order = try Self.order("k\(number)")
      requests.append(("k\(number)", number < 100 ? ["10.9.9.9:80"] : [order[0]]))
    }
    let reloaded = try Self.verification(requests)
    #expect(reloaded.doubtfulLines == 1...100)
    #expect(reloaded.agreeingBefore == 0 && reloaded.agreeingAfter == 200)
    let reversed = try Self.verification(Array(requests.reversed()))
    #expect(reversed.doubtfulLines == 201...300)
    #expect(reversed.agreeingBefore == 200 && reversed.agreeingAfter == 0)
    #expect(reversed.examples.count == 3)
  }

  @Test(arguments: [
    ("10.0.0.1:80", ["10.0.0.1:80"]), ("10.0.0.1:80, 10.0.0.2:80", ["10.0.0.1:80", "10.0.0.2:80"]),
    ("10.9.9.9:80 : 10.0.0.2:80, 10.0.0.1:80", ["10.0.0.2:80", "10.0.0.1:80"]),
    ("x : y", ["x"]), ("unix:/run/a.sock", ["unix:/run/a.sock"]), ("", [""]),
  ])
  func listsOfServers(_ text: String, _ tries: [String]) {
    #expect(AnsweringServers.tries(in: text) { Self.names.contains($0) } == tries)
  }

  @Test(
    arguments: [
      ("src", KeyType.address(maskIPv4: 32, maskIPv6: 128), [KeyPiece.value("remote_addr")]),
      ("src,ipmask(24)", .address(maskIPv4: 24, maskIPv6: nil), [.value("remote_addr")]),
      ("src,ipmask(255.255.0.0,64)", .address(maskIPv4: 16, maskIPv6: 64), [.value("remote_addr")]),
      ("src,ipmask(255.0.255.0)", nil, [.value("remote_addr")]),
      ("req.hdr_ip(x-forwarded-for,-1)", .address(maskIPv4: 32, maskIPv6: 128), nil),
      ("url_param(user)", .text, [.value("arg_user")]),
      ("req.cook(sid),lower", .text, nil), ("path,length", .integer, nil),
      ("var(txn.key)", nil, nil), ("path,unheard-of", nil, nil), ("", nil, nil), ("((", nil, nil),
    ] as [(String, KeyType?, [KeyPiece]?)])
  func samplesOfHAProxy(_ expression: String, _ type: KeyType?, _ pieces: [KeyPiece]?) {
    let sample = HAProxySample(expression)
    #expect(sample.type == type && sample.pieces == pieces, "\(sample)")
  }

  @Test(
    arguments: [
      ("$scheme$host$request_uri", [.value("scheme"), .value("host"), .value("request_uri")]),
      ("${remote_addr}AAA", [.value("remote_addr"), .text("AAA")]), ("x", [.text("x")]),
      ("$Cookie_SID", [.value("cookie_sid")]), ("$1", nil), ("${a", nil), ("$", nil), ("", nil),
    ] as [(String, [KeyPiece]?)])
  func expressionsOfNginx(_ text: String, _ pieces: [KeyPiece]?) {
    #expect(KeyPiece.pieces(ofNginx: text) == pieces)
  }

  /// A log has addresses where the cluster has names.
  @Test func namesAreKnownByTheirAddresses() throws {
    let nodes =
      ["app-a:8080", "app-b", "10.0.0.3:80"].map { Node(address: $0) }
      + [Node(address: "app-c", properties: ["srv-port": "9000"])]
    let ring = try KetamaRing(Cluster(nodes: nodes))
    let answers = [
      "app-a": ["172.18.0.2", "fd00::2"], "app-b": ["172.18.0.3"], "app-c": ["172.18.0.5"],
    ]
    let hosts = HostAnswers(source: "hosts") { answers[$0] ?? [] }
    let named = LogVerification(ring) { hosts.machines(of: $0) }
    for server in [
      "172.18.0.2:8080", "[fd00::2]:8080", "172.18.0.3:80", "app-a:8080", "10.0.0.3:80",
      "172.18.0.5:9000",
    ] {
      #expect(named.isKnown(server), "\(server)")
    }
    for server in ["172.18.0.2:80", "172.18.0.3:8080", "172.18.0.4:80", "172.18.0.5:80"] {
      #expect(!named.isKnown(server), "\(server)")
    }
    #expect(!LogVerification(ring).isKnown("172.18.0.2:8080"))
  }
}
