import Configurations
import ConsistentHashing
import ConsistentHashingTesting
import NginxConfiguration
import Testing

/// Keys of several sources as nginx has them.
@Suite struct NginxKeyTests {
  static func emission(
    _ key: String, name: String = "shop", rule: String = "nginx", context: NginxContext = .http,
    part: NginxPart = .upstreams, listen: String? = nil, version: NginxVersion = .newest
  ) throws -> Emission {
    let source = try #require(KeySource(key), "\(key)")
    let placed = try NginxUpstreamTests.cluster(
      ["10.0.0.1:80", "10.0.0.2:80"], name: name, rule: rule,
      key: source)
    let options = NginxEmitter.Options(context: context, part: part, listen: listen)
    return try NginxEmitter(options, version: version).emit(placed)
  }

  /// What is above the servers, without the comments.
  static func lines(_ key: String, context: NginxContext = .http) throws -> [String] {
    try emission(key, context: context).text.split(separator: "\n").map(String.init)
      .filter { !$0.hasPrefix("#") && !$0.contains("server ") && $0 != "}" }
  }

  @Test func oneAfterTheOtherIsAText() throws {
    #expect(
      try Self.lines("arg:tenant + arg:doc") == [
        "upstream shop {", "    hash $arg_tenant$arg_doc consistent;",
      ])
    #expect(try Self.lines("host + uri").last == "    hash $host$request_uri consistent;")
    // There is always an address, so that the text is never alone.
    #expect(
      try Self.lines("'a b' + arg:x + 'y' + remote-addr").last
        == "    hash \"a b${arg_x}y$remote_addr\" consistent;")
  }

  @Test func theFirstThatIsNotEmptyIsAChainOfMaps() throws {
    #expect(
      try Self.emission("cookie:user or header:X-User or remote-addr").text == """
        # shop: the key, cookie:user or header:X-User or remote-addr.
        map $cookie_user $shop_key {
            "" $shop_key_2;
            default $cookie_user;
        }

        map $http_x_user $shop_key_2 {
            "" $remote_addr;
            default $http_x_user;
        }

        # shop: 2 servers, hash consistent; written by chash.
        upstream shop {
            hash $shop_key consistent;

            server 10.0.0.1:80;
            server 10.0.0.2:80;
        }

        """)
  }

  @Test func aTextAloneIsNoKey() throws {
    #expect(
      try Self.lines("arg:tenant + '/' + arg:doc") == [
        "map $arg_tenant$arg_doc $shop_key {", "    \"\" \"\";",
        "    default $arg_tenant/$arg_doc;", "upstream shop {", "    hash $shop_key consistent;",
      ])
    #expect(
      try Self.lines("sni or arg:a + 'b'") == [
        "map $ssl_server_name $shop_key {", "    \"\" $shop_key_2;",
        "    default $ssl_server_name;", "map $arg_a $shop_key_2 {", "    \"\" \"\";",
        "    default ${arg_a}b;".replacing("${arg_a}b", with: "\"${arg_a}b\""), "upstream shop {",
        "    hash $shop_key consistent;",
      ])
  }

  @Test func thePathIsTheURIAsSent() throws {
    #expect(
      try Self.lines("path") == [
        "map $request_uri $shop_key_path {", "    \"~^([^?]+)\" \"$1\";", "    default \"\";",
        "upstream shop {", "    hash $shop_key_path consistent;",
      ])
    #expect(
      try Self.lines("arg:a or host + path").prefix(3) == [
        "map $request_uri $shop_key_path {", "    \"~^([^?]+)\" \"$1\";", "    default \"\";",
      ])
  }

  @Test func aStreamKnowsAddressesAndServerNames() throws {
    #expect(
      try Self.lines("sni or proxy-protocol-addr or remote-addr", context: .stream) == [
        "map $ssl_preread_server_name $shop_key {", "    \"\" $shop_key_2;",
        "    default $ssl_preread_server_name;", "map $proxy_protocol_addr $shop_key_2 {",
        "    \"\" $remote_addr;", "    default $proxy_protocol_addr;", "upstream shop {",
        "    hash $shop_key consistent;",
      ])
    for key in ["host", "path", "sni or arg:a", "host + remote-addr"] {
      let error = #expect(throws: EmissionError.self) {
        try Self.emission(key, context: .stream)
      }
      #expect(error?.code == .invalidKey && error?.subject == .key)
    }
    let server = try Self.emission("sni or remote-addr", context: .stream, part: .server).text
    #expect(server.contains("\nssl_preread on;\n"))
    #expect(
      !(try Self.emission("remote-addr", context: .stream, part: .server).text.contains("preread")))
    #expect(!(try Self.emission("sni", part: .server).text.contains("preread")))
  }

  @Test(arguments: [
    ("sni", NginxContext.http, NginxVersion(1, 7, 0)), ("sni", .stream, NginxVersion(1, 11, 5)),
    ("proxy-protocol-addr", .http, NginxVersion(1, 5, 12)),
    ("proxy-protocol-addr", .stream, NginxVersion(1, 11, 4)),
    ("arg:a or uri", .http, NginxVersion(1, 11, 2)), ("path", .http, NginxVersion(1, 11, 2)),
    ("arg:a + sni", .http, NginxVersion(1, 7, 0)),
  ])
  func olderVersionsAreRefused(key: String, context: NginxContext, first: NginxVersion) throws {
    // `hash` is younger than some of the variables.
    let rule = "nginx-split-clients"
    _ = try Self.emission(key, rule: rule, context: context, version: first)
    let older =
      first.patch == 0
      ? NginxVersion(first.major, first.minor - 1, 99)
      : NginxVersion(first.major, first.minor, first.patch - 1)
    let error = #expect(throws: EmissionError.self) {
      try Self.emission(key, rule: rule, context: context, version: older)
    }
    #expect(error?.code == .invalidKey)
    #expect(error?.remedy.hasPrefix("use nginx \(first) or newer, or ") == true)
  }

  /// Lua reads one variable, which the maps of the key make before.
  @Test func luaHashesTheVariableOfTheMaps() throws {
    let placed = try NginxUpstreamTests.cluster(
      ["10.0.0.1:80", "10.0.0.2:80"], name: "shop", rule: "ketama",
      key: KeySource("arg:a or path"))
    let emission = try NginxEmitter(NginxEmitter.Options(engine: .lua, filesAt: "/etc/nginx"))
      .emit(placed)
    let maps = emission.text.split(separator: "\n").filter { $0.hasPrefix("map ") }
    #expect(maps == ["map $request_uri $shop_key_path {", "map $arg_a $shop_key {"])
    let program = try #require(emission.files.last)
    #expect(String(decoding: program.bytes, as: UTF8.self).contains("shop_key"))
  }

  @Test func rulesWithTheirOwnKeyTakeNoOther() throws {
    for key in ["proxy-protocol-addr", "host or remote-addr", "host + remote-addr"] {
      let error = #expect(throws: EmissionError.self) {
        try Self.emission(key, rule: "nginx-ip-hash")
      }
      #expect(
        error?.description
          == "ip_hash hashes the address of the client only; use the key remote-addr, or "
          + "the algorithm nginx-hash")
    }
  }

  @Test func whatIsOftenEmptyIsSaid() throws {
    func warnings(
      _ key: String, _ context: NginxContext = .http, _ part: NginxPart = .upstreams,
      _ listen: String? = nil, rule: String = "nginx"
    ) throws -> [String] {
      try Self.emission(key, rule: rule, context: context, part: part, listen: listen).warnings
    }
    let inTurn =
      "clients that send no server name have an empty key, and nginx takes the servers in turn for "
      + "them. Write 'sni or remote-addr'"
    #expect(try warnings("sni") == [inTurn])
    #expect(
      try warnings("sni", rule: "nginx-split-clients") == [
        "clients that send no server name have an empty key, and all go to one server. Write 'sni or "
          + "remote-addr'"
      ])
    #expect(try warnings("sni or remote-addr", .http, .site, "443 ssl") == [])
    #expect(
      try warnings("sni or uri", .http, .site).first?.hasPrefix("the site listens without ssl")
        == true)
    #expect(try warnings("sni or remote-addr", .stream, .server) == [])
    #expect(
      try warnings("sni or remote-addr", .stream).first?.contains("'ssl_preread on;'") == true)
    #expect(
      try warnings("sni or remote-addr", .stream, .site, "1 ssl").first?.hasPrefix(
        "the site ends TLS itself")
        == true)
    #expect(
      try warnings("proxy-protocol-addr") == [
        "proxy-protocol-addr is empty unless the server listens with proxy_protocol, as in 'listen 80 "
          + "proxy_protocol;'"
      ])
    #expect(
      try warnings("proxy-protocol-addr", .http, .site) == [
        "the site listens without proxy_protocol, so that proxy-protocol-addr is always empty. Let it listen "
          + "on '80 proxy_protocol'"
      ])
    #expect(try warnings("proxy-protocol-addr", .stream, .site, "1 proxy_protocol") == [])
    #expect(
      try warnings("cookie:PHPSESSID or remote-addr").first?.contains("the application's own")
        == true)
  }

  /// A map must not have the name of a variable that it needs: nginx would look it up without end.
  @Test func noKeyDependsOnItself() throws {
    for (name, key) in [
      ("cookie", "cookie:key or uri"), ("HTTP", "header:Key or uri"),
      ("arg", "arg:Key_2 or host or sni or uri"),
      ("arg", "arg:key_path or path"),
    ] {
      let error = #expect(throws: EmissionError.self) { try Self.emission(key, name: name) }
      #expect(error?.code == .invalidName && error?.remedy == "use another name for the cluster")
    }
    _ = try Self.emission("cookie:key or uri", name: "shop")
  }

  @Test func noTextLeavesItsToken() async throws {
    #expect(throws: EmissionError.self) { try Self.emission("host + '$uri' + uri") }
    #expect(throws: EmissionError.self) { try Self.emission("arg:a + '$' or uri") }
    let nginx = try await NginxProgram()
    var text = ""
    for (index, separator) in [
      ";", "; }", "\" ; evil \"", "{", "}", "{}", "#", " ", "~^", "\\", "\\\"", "\"", "''",
      "default", "~",
      "|", "\\n", "include x;", "a", "_", "9", "^", "*.",
    ].enumerated() {
      for key in [
        "arg:a + '\(separator)' + arg:b", "arg:a + '\(separator)' or '\(separator)' + host",
        "'\(separator)' + uri",
      ] {
        let name = "c\(index)_\(key.utf8.count)"
        text += try Self.emission(key, name: name).text
      }
    }
    let verdict = try await nginx.test(text, in: .http)
    #expect(verdict.accepted && verdict.messages.isEmpty, "\(verdict.messages)")
  }

  /// nginx takes whatever random keys give, and reads no other upstreams.
  @Test func nginxTakesRandomKeys() async throws {
    let nginx = try await NginxProgram()
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let words: [NginxContext: [String]] = [
      .http: [
        "cookie:a", "arg:b", "header:X-C", "host", "path", "uri", "sni", "remote-addr",
        "proxy-protocol-addr", "'/'", "'x y'", "';\"\\{'",
      ],
      .stream: ["sni", "remote-addr", "proxy-protocol-addr", "'-'", "'_'"],
    ]
    for context in NginxContext.allCases {
      var text = ""
      var count = 0
      let words = try #require(words[context])
      while count < 60 {
        let key = (0..<(1 + random.below(4))).map { _ in
          (0..<(1 + random.below(3))).map { _ in words[random.below(words.count)] }
            .joined(separator: " + ")
        }.joined(separator: " or ")
        guard KeySource(key) != nil else { continue }
        count += 1
        let rule = ["nginx", "nginx-hash", "nginx-split-clients"][count % 3]
        text += try Self.emission(key, name: "c\(count)", rule: rule, context: context).text
      }
      let verdict = try await nginx.test(text, in: context)
      #expect(
        verdict.accepted && verdict.messages.isEmpty, "seed \(seed): \(verdict.messages)\n\(text)")
    }
  }
}
