import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

/// The maps, upstreams and locations that keep sessions.
@Suite struct NginxSessionTests {
  static let nodes = [
    Node(id: "app-1", address: "127.0.0.1:7001"),
    Node(id: "app-2", address: "127.0.0.2", weight: 2, properties: ["max-conns": "9"]),
    Node(id: "app-3", address: "[::1]:7003", state: .drain),
    Node(id: "app-4", address: "127.0.0.4:7004", state: .down),
  ]

  static func placed(
    _ affinity: SessionAffinity, _ nodes: [Node] = nodes, name: String = "shop",
    rule: String = "nginx", properties: [String: String] = [:]
  ) throws -> PlacedCluster {
    PlacedCluster(
      try Cluster(name: name, nodes: nodes, properties: properties),
      Placement(rule: rule, key: .session(affinity)))
  }

  static func emission(
    _ affinity: SessionAffinity, _ nodes: [Node] = nodes,
    _ options: NginxEmitter.Options = NginxEmitter.Options(), name: String = "shop"
  ) throws -> Emission {
    try NginxEmitter(options).emit(try placed(affinity, nodes, name: name))
  }

  @Test func aSessionThatFollowsTheKeyIsShort() throws {
    let emission = try Self.emission(
      try SessionAffinity(
        cookie: "r", follow: .key, lifetime: 600, sameSite: .none, secure: .always, path: "/s",
        domain: "shop.example"), Array(Self.nodes.prefix(1)))
    #expect(emission.warnings.isEmpty && emission.notes.isEmpty)
    #expect(
      emission.text == #"""
        # shop: the id of a session, out of the cookie r; a new one for others.
        map $cookie_r $shop_known {
            "~^(?<shop_given>[0-9a-f]{32})(?:\\.(?<shop_given_mark>[0-9a-f]{12}))?(?:\\.(?<shop_given_time>[0-9]{1,9}))?$" $shop_given;
            default "";
        }

        map $shop_known $shop_id {
            "" $request_id;
            default $shop_known;
        }

        # The cookie, if the client has none yet.
        map $shop_known $shop_cookie {
            "" "r=$shop_id.$shop_time; Path=/s; Domain=shop.example; Max-Age=700; HttpOnly; SameSite=None; Secure";
            default $shop_renewal;
        }

        # The time in steps of 100 seconds, in which cookies are renewed.
        map $msec $shop_time {
            "~^(?<shop_digits>[0-9]+)[0-9]{2}\\." $shop_digits;
            default 0;
        }

        map "$shop_time $shop_given_time" $shop_renewal {
            "~^([0-9]+) \\1$" "";
            default "r=$shop_id.$shop_time; Path=/s; Domain=shop.example; Max-Age=700; HttpOnly; SameSite=None; Secure";
        }

        # WebSocket and other upgrades; other connections to servers stay open.
        map $http_upgrade $shop_connection {
            "" "";
            default upgrade;
        }

        # shop: 1 server, hash consistent; written by chash.
        upstream shop {
            hash $shop_id consistent;

            server 127.0.0.1:7001;  # app-1
        }

        """#)
  }

  /// A draining server keeps its sessions, one that is down does not, and parameters that compare servers
  /// stay where there are several.
  @Test func eachServerThatKeepsSessionsHasAnUpstream() throws {
    let emission = try Self.emission(.standard)
    #expect(emission.notes.isEmpty)
    #expect(emission.warnings.count == 1 && emission.warnings[0].contains("without a secret"))
    let reading = try NginxReaderTests.read(emission.text)
    #expect(reading.problems.isEmpty)
    #expect(
      reading.upstreams.map { $0.servers.map(\.address) } == [
        ["127.0.0.1:7001", "127.0.0.2", "[::1]:7003", "127.0.0.4:7004"], ["127.0.0.1:7001"],
        ["127.0.0.2"], ["[::1]:7003"],
      ])
    try #require(reading.upstreams.count == 4)
    #expect(reading.upstreams[0].servers.map(\.isDown) == [false, false, true, true])
    #expect(reading.upstreams[0].servers[1].weight == 2)
    #expect(reading.upstreams[2].servers[0].weight == 1)
    #expect(reading.upstreams[2].servers[0].parameters == ["max-conns": "9"])
    #expect(reading.upstreams[3].servers[0].isDown == false)
    // The addresses as nginx prints them.
    for line in ["127.0.0.1:7001 ", "127.0.0.2:80 ", "[::1]:7003 "] {
      #expect(emission.text.contains("\n    \(line)"), "\(line)")
    }
  }

  /// What `generate` writes depends on the ids alone, so that cookies live as long as a node has its id.
  @Test func namesInCookiesDependOnIDs() throws {
    func tokens(_ nodes: [Node], name: String = "shop", secret: String?) throws -> [String] {
      try SessionTokens(try Cluster(name: name, nodes: nodes), secret: secret).tokens
    }
    // HMAC-SHA256 of Python's hmac.
    let secret = "0123456789abcdef0123"
    #expect(
      try tokens(Array(Self.nodes.prefix(2)), secret: secret) == ["13d88ad20e48", "058fc7f0c148"])
    #expect(try tokens(["10.0.0.1:8080"], secret: nil) == ["c9905e43aec1"])
    #expect(
      try tokens([Node(id: "app-2", address: "moved:1", weight: 9, state: .drain)], secret: secret)
        == ["058fc7f0c148"])
    // More than a block of the hash.
    #expect(
      try tokens(
        [Node(id: "\u{FC}", address: "a:1")], name: "l\u{E4}den",
        secret: String(repeating: "\u{E9}", count: 40)) != ["0d0773e68914"])
    #expect(
      try tokens(["10.0.0.1:8080"], name: "shops", secret: nil) != ["c9905e43aec1"])
  }

  @Test func whatNginxCannotKeepIsRefused() throws {
    func refusal(_ placed: PlacedCluster) -> String {
      do {
        return try NginxEmitter().emit(placed).text
      } catch {
        return error.description
      }
    }
    let name = Node(id: "a", address: "app.example:80")
    #expect(
      refusal(try Self.placed(.standard, [name])).hasPrefix(
        "the address 'app.example:80' is a name, and nginx does not tell"))
    #expect(
      refusal(try Self.placed(try SessionAffinity(follow: .key), [name])).contains(
        "hash $shop_id consistent;"))
    #expect(
      refusal(try Self.placed(try SessionAffinity(cookie: "my-route"))).hasPrefix(
        "nginx has no variable for the cookie 'my-route'; rename"))
    #expect(
      refusal(try Self.placed(.standard, rule: "nginx-split-clients")).hasPrefix(
        "split_clients has no server to fall back to"))
    #expect(
      refusal(try Self.placed(.standard, rule: "nginx-ip-hash")).hasPrefix(
        "ip_hash hashes the address of the client only"))
    #expect(
      refusal(try Self.placed(.standard, properties: ["sticky": "cookie srv"])).hasPrefix(
        "the cluster has nginx's own sticky sessions"))
  }

  @Test func aStreamFallsBackToTheAddressAndSaysSo() throws {
    let placed = try Self.placed(.standard, [Self.nodes[0]])
    let emission = try NginxEmitter(NginxEmitter.Options(context: .stream)).emit(placed)
    #expect(emission.text.contains("hash $remote_addr consistent;"))
    #expect(
      emission.warnings.count == 1
        && emission.warnings[0].hasPrefix("connections of a stream have no cookies"))
  }

  @Test func cookiesOfApplicationsAreNoKeys() throws {
    func warnings(_ key: KeySource) throws -> [String] {
      let placed = PlacedCluster(
        try Cluster(nodes: Self.nodes), Placement(rule: "nginx", key: key))
      return try NginxEmitter().emit(placed).warnings
    }
    for name in [
      "sid", "PHPSESSID", "JSESSIONID", "sessionid", "my_session", "shop_sid", "laravel_session",
    ] {
      let warnings = try warnings(.cookie(name))
      #expect(warnings.count == 1 && warnings[0].contains("'key: session'"), "\(name)")
    }
    for key: KeySource in [
      .cookie("user"), .cookie("tenant_id"), .cookie("side"), .argument("sid"), .uri,
    ] {
      #expect(try warnings(key).isEmpty, "\(key)")
    }
  }

  // MARK: nginx itself

  static let affinities: [SessionAffinity] = {
    let all: [SessionAffinity?] = [
      .standard, try? SessionAffinity(follow: .key),
      try? SessionAffinity(lifetime: 60, sameSite: .strict, fallback: .remoteAddress),
      try? SessionAffinity(
        cookie: "A_9", lifetime: 34_560_000, sameSite: .none, secure: .always,
        path: "/a/%7Eb?c=(d)'{}#", domain: ".shop.example", header: "X!#%&'*+-.^_`|~",
        fallback: .header("Authorization"), secret: String(repeating: "\"$;\n", count: 9)),
      try? SessionAffinity(secure: .never, fallback: .argument("user")),
    ]
    return all.compactMap(\.self)
  }()

  @Test func nginxTakesEveryPart() async throws {
    let nginx = try await NginxProgram()
    #expect(Self.affinities.count == 5)
    for affinity in Self.affinities {
      for rule in ["nginx", "nginx-hash"] {
        let placed = try Self.placed(affinity, name: "9.A-b", rule: rule)
        let site = try NginxEmitter(
          NginxEmitter.Options(
            keepalive: 8, part: .site, listen: "127.0.0.1:18080",
            serverName: "a.example *.b.example",
            location: "/shop/")
        ).emit(placed)
        let verdict = try await nginx.test(site.text, in: .http)
        #expect(verdict.accepted && verdict.messages.isEmpty, "\(verdict.messages)\n\(site.text)")
        let parts = try [NginxPart.upstreams, .server].map { part in
          try NginxEmitter(NginxEmitter.Options(keepalive: 8, part: part)).emit(placed).text
        }
        let both = "\(parts[0])server {\nlisten 127.0.0.1:18080;\n\(parts[1])}\n"
        let verdictOfBoth = try await nginx.test(both, in: .http)
        #expect(verdictOfBoth.accepted && verdictOfBoth.messages.isEmpty)
      }
    }
  }

  /// nginx says nothing about maps where `generate` says nothing, nor with the sizes that it names.
  @Test func sizesOfMapsAreEnough() async throws {
    let nginx = try await NginxProgram()
    for count in [99, 100, 400, 1000] {
      for secret in ["one secret of several", "another secret for it", "the third of the secrets"] {
        let nodes = (0..<count).map {
          Node(id: NodeID("app-\($0)"), address: "127.0.\($0 / 250).\($0 % 250):8080")
        }
        let emission = try Self.emission(try SessionAffinity(secret: secret), nodes)
        #expect(emission.warnings.count == (count < 100 ? 0 : 1))
        let sizes = (emission.warnings.first ?? "").split(separator: "'").filter {
          $0.hasPrefix("map_hash_")
        }
        #expect(sizes.count == (count < 100 ? 0 : 2))
        let verdict = try await nginx.test(
          sizes.joined(separator: "\n") + "\n" + emission.text, in: .http)
        #expect(verdict.accepted && verdict.messages.isEmpty, "\(count): \(verdict.messages)")
      }
    }
  }

  /// Texts that try to leave their token, their comment, their map or their block.
  static let hostile: [String] = {
    let pieces = [
      ";", "}", "{", "\"", "'", "\\", "#", "$", "$host", "${host}", "\n", "\r", "\t", "\u{0}", " ",
      "~", "~.*", "default", "include /etc/passwd", "*/", "`", "%00", "\u{2028}", "\u{202E}", "é",
      "; return 200; #", "\"; } server { listen 80; } #", "a\nb c;", "\\\"", "$1", "|", "(", ")",
      "[",
      "volatile", "hostnames",
    ]
    return pieces + pieces.map { "a\($0)" } + pieces.map { "\($0)b" } + pieces.map { "/\($0)x" }
  }()

  /// Whatever a text is, the structure is that of a harmless one, or an error names it.
  @Test func noTextLeavesItsPlace() async throws {
    func written(_ text: String, _ place: Int, name standard: String = "shop") throws -> String {
      var affinity = SessionAffinity.standard
      var nodes = Self.nodes
      var options = NginxEmitter.Options(part: .site, listen: "127.0.0.1:18080", serverName: "x")
      var name = standard
      switch place {
      case 0: affinity = try SessionAffinity(cookie: text)
      case 1: affinity = try SessionAffinity(path: text)
      case 2: affinity = try SessionAffinity(domain: text)
      case 3: affinity = try SessionAffinity(header: text)
      case 4: affinity = try SessionAffinity(fallback: .header(text))
      case 5: nodes[0] = Node(id: NodeID(text), address: nodes[0].address)
      case 6: nodes[0] = Node(id: "app-1", address: "unix:/run/\(text)")
      case 7: name = text
      case 8: options.serverName = text
      default: options.location = text
      }
      return try Self.emission(affinity, nodes, options, name: name).text
    }
    let plain = try (0..<10).map { place in
      try Self.structure(
        try written(["a", "/a", "a.b", "A", "a", "i", "s", "n", "h", "/l"][place], place))
    }
    let nginx = try await NginxProgram()
    var different: [String] = []
    // Those with names of their own go into one configuration, which takes a fraction of the time.
    var together = ""
    var alone: [String] = []
    var count = 0
    for text in Self.hostile {
      for place in 0..<10 {
        let result: String
        do {
          result = try written(text, place, name: "c\(count)")
        } catch is ClusterError, is EmissionError {
          continue
        }
        count += 1
        if try Self.structure(result) != plain[place] {
          different.append("\(place): \(text.debugDescription)")
        }
        if place == 7 || place == 8 { alone.append(result) } else { together += result }
      }
    }
    #expect(different.isEmpty, "\(different.prefix(10))")
    #expect(Self.hostile.count * 10 > 1000 && count > 300, "\(count)")
    var refused: [String] = []
    for text in alone + [together] {
      let verdict = try await nginx.test(text, in: .http)
      // nginx has opinions about names of servers, and says when two have one; neither is about the structure.
      let isAboutNames = ["server name", "server_name"].contains(where: verdict.messages.contains)
      if !verdict.accepted && !isAboutNames { refused.append(verdict.messages) }
    }
    #expect(refused.isEmpty, "\(refused.prefix(5))")
  }

  /// The names of the directives with their depths; the lines of a map count as one.
  static func structure(_ text: String) throws -> [String] {
    func names(_ items: [NginxSyntaxItem], _ depth: Int) -> [String] {
      items.flatMap { item -> [String] in
        guard case .statement(let statement) = item else { return [] }
        let name = statement.words[0].text
        let block = statement.block?.items ?? []
        if name == "map" { return ["\(depth) map \(block.count)"] }
        // A site may have several names.
        let count = name == "server_name" ? 2 : statement.words.count
        return ["\(depth) \(name) \(count)"] + names(block, depth + 1)
      }
    }
    return names(try NginxSyntaxTree(bytes: Array(text.utf8), file: "written").items, 0)
  }
}
