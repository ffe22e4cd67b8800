import Foundation
import Testing

/// Keys of several sources, and those that a connection brings, go where `chash` says under both versions of
/// nginx.
extension LiveServers {
  @Suite struct KeySources {
    static let count = 400
    static let programs = [Program.nginx, .nginx131].filter(\.isExpected)

    /// A request and the key that it has.
    struct Keyed {
      let request: String
      let key: String

      init(_ target: String, _ headers: String..., host: String = "live", key: String) {
        request =
          "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n" + headers.map { $0 + "\r\n" }.joined()
          + "\r\n"
        self.key = key
      }
    }

    static func expectSame(
      _ key: String, of program: Program, sourceLocation: SourceLocation = #_sourceLocation,
      _ request: (_ number: Int) -> Keyed
    ) async throws {
      let requests = (0..<count).map(request)
      try await KeyTrial.run(key, .http, of: program) { trial in
        let answers = try await blocking { [front = trial.front] in
          try HTTPClient(front: front).ask(requests.map { Array($0.request.utf8) })
        }
        #expect(answers.allSatisfy { $0.status == 200 }, sourceLocation: sourceLocation)
        let differences = try await trial.differences(answers.map(\.body), requests.map(\.key))
        expectNone(differences, of: count, key, sourceLocation: sourceLocation)
        #expect(Set(answers.map(\.body)).count == 4, sourceLocation: sourceLocation)
      }
    }

    @Test(arguments: programs)
    func theFirstThatIsNotEmpty(program: Program) async throws {
      for key in [
        "cookie:user or header:X-User or remote-addr", "[cookie:user, header:X-User, remote-addr]",
      ] {
        try await Self.expectSame(key, of: program) { number in
          switch number % 5 {
          case 0: Keyed("/", "Cookie: user=c\(number); x=1", key: "c\(number)")
          case 1: Keyed("/", "X-User: h\(number)", key: "h\(number)")
          case 2: Keyed("/", "Cookie: user=; x=1", "X-User: h\(number)", key: "h\(number)")
          case 3: Keyed("/", "Cookie: user=c\(number)", "X-User: h", key: "c\(number)")
          default: Keyed("/", "Cookie: xuser=c\(number)", key: "127.0.0.1")
          }
        }
      }
    }

    @Test(arguments: programs)
    func oneAfterTheOther(program: Program) async throws {
      try await Self.expectSame("arg:tenant + arg:doc", of: program) { number in
        number % 2 == 0
          ? Keyed("/?doc=\(number)&tenant=t", key: "t\(number)")
          : Keyed("/?tenant=t\(number)", key: "t\(number)")
      }
      try await Self.expectSame("host + uri", of: program) { number in
        Keyed(
          "/a%20b?\(number)", host: "H\(number).Example:81",
          key: "h\(number).example/a%20b?\(number)")
      }
      // A text alone is no key, so that the next alternative counts.
      try await Self.expectSame("arg:tenant + 'x/' + arg:doc or path", of: program) { number in
        switch number % 3 {
        case 0: Keyed("/p?tenant=t\(number)&doc=d", key: "t\(number)x/d")
        case 1: Keyed("/p?doc=\(number)", key: "x/\(number)")
        default: Keyed("/p\(number)//%2e/..?tenant=&doc=", key: "/p\(number)//%2e/..")
        }
      }
    }

    /// Texts that would leave their token, or mean something in a map.
    @Test(arguments: programs)
    func textsAreHashedAsTheyAre(program: Program) async throws {
      for text in [#""; } #{ \ \n"#, "~^(.*) default", #"it's "\" "#, "_x{}9"] {
        let key = "arg:a + '\(text.replacing("'", with: "''"))' + arg:b"
        let quoted = key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        try await Self.expectSame("\"\(quoted)\"", of: program) { number in
          Keyed("/?a=\(number)&b=z", key: "\(number)\(text)z")
        }
      }
    }

    @Test(arguments: programs)
    func hostsAndPaths(program: Program) async throws {
      try await Self.expectSame("host", of: program) { number in
        switch number % 3 {
        case 0: Keyed("/", host: "Shop-\(number).Example", key: "shop-\(number).example")
        case 1: Keyed("/", host: "shop-\(number).example:8080", key: "shop-\(number).example")
        default: Keyed("http://Abs\(number).example/x", host: "other", key: "abs\(number).example")
        }
      }
      try await Self.expectSame("path", of: program) { number in
        switch number % 3 {
        case 0: Keyed("/p/\(number)?x=\(number)", key: "/p/\(number)")
        case 1: Keyed("/%70//é/../\(number)?", key: "/%70//é/../\(number)")
        default: Keyed("http://host/q\(number)?a?b", key: "/q\(number)")
        }
      }
    }

    /// nginx takes the servers in turn for an empty key, also where a text is between its sources.
    @Test(arguments: programs)
    func emptyKeysGoToAllServers(program: Program) async throws {
      for key in ["arg:a + '/' + arg:b", "arg:a or cookie:b", "header:X-A + cookie:b"] {
        try await KeyTrial.run(key, .http, of: program) { trial in
          let request = Keyed("/?a=&b=", key: "").request
          let answers = try await blocking { [front = trial.front] in
            try HTTPClient(front: front).ask(Array(repeating: Array(request.utf8), count: 40))
          }
          #expect(Set(answers.map(\.body)).count == 4, "\(key)")
        }
      }
    }

    @Test(arguments: programs)
    func addressesOfThePROXYProtocol(program: Program) async throws {
      let key = "proxy-protocol-addr or header:X-User"
      try await KeyTrial.run(key, .http, of: program, listen: " proxy_protocol") { trial in
        let requests = (0..<100).map { number in
          let address = number % 2 == 0 ? "192.0.2.\(number)" : "2001:db8::\(number)"
          let family = number % 2 == 0 ? "TCP4 \(address) 10.0.0.1" : "TCP6 \(address) ::1"
          return number % 5 == 0
            ? (Keyed("/", "X-User: u\(number)", key: "u\(number)"), "PROXY UNKNOWN\r\n")
            : (Keyed("/", "X-User: u", key: address), "PROXY \(family) 1234 80\r\n")
        }
        let texts = requests.map { Array(($0.1 + $0.0.request).utf8) }
        let answers = try await blocking { [front = trial.front] in
          try texts.flatMap { try HTTPClient(front: front).ask([$0]).map(\.body) }
        }
        expectNone(
          try await trial.differences(answers, requests.map(\.0.key)), of: requests.count, key)
        #expect(Set(answers).count == 4)
      }
    }

    @Test(arguments: programs)
    func serverNamesOfTLS(program: Program) async throws {
      try await KeyTrial.run(
        "sni or remote-addr", .http, of: program, listen: " ssl",
        settings:
          "ssl_certificate \"FOLDER/certificate.pem\";\nssl_certificate_key \"FOLDER/key.pem\";",
        preparing: KeyTrial.makeCertificate
      ) { trial in
        let names = (0..<60).map { number in
          number % 6 == 0
            ? "" : number % 6 == 1 ? "Shop-\(number).Example" : "shop-\(number).example"
        }
        let answers = try await trial.askOverTLS(names)
        let keys = names.map { $0.isEmpty ? "127.0.0.1" : $0 }
        expectNone(try await trial.differences(answers, keys), of: names.count, "sni")
        #expect(Set(answers).count == 4)
      }
    }

    // MARK: Logs

    static let logFormat =
      #"$remote_addr "$request" "$http_cookie" $host "$live_backends_key" $upstream_addr $status"#

    struct Report: Decodable {
      let requests: Int
      let agreeing: Int
    }

    /// What nginx wrote says the same keys, by their sources and by the variable of the generated maps.
    @Test(arguments: programs)
    func verifyFindsTheKeysInALog(program: Program) async throws {
      let key = "cookie:user or arg:tenant + '|' + arg:doc or path"
      try await Backends.run(Shape("four servers", weights: [1, 2, 1, 1]), .http) { topology in
        try await withTemporaryFolder { folder in
          let chash = try Chash.find()
          let text = topology.document(key: .none).replacing("key: \n", with: "key: \(key)\n")
          let document = try folder.write(text, to: "cluster.yaml")
          let (upstream, log) = (folder["upstream.conf"], folder["access.log"])
          try await chash("generate", "nginx", document, "--output", upstream)
          let requests = (0..<Self.count).map { number in
            switch number % 3 {
            case 0: Keyed("/?tenant=\"\(number)&doc=%20é", key: "")
            case 1: Keyed("/?doc=\(number)", "Cookie: a=1; user=\\u\(number)", key: "")
            default: Keyed("/é/\(number)?tenant=", key: "")
            }
          }
          let answers = try await Front.http(
            including: upstream, of: program, logging: (Self.logFormat, log)
          ) { front in
            try await blocking {
              try HTTPClient(front: front.address).ask(requests.map { Array($0.request.utf8) })
            }
          }
          #expect(answers.allSatisfy { $0.status == 200 })
          #expect(Set(answers.map(\.body)).count == 4)
          for options in [[], ["--value", "live_backends_key"]] {
            let output = try await chash(
              [
                "verify", document, "--log", log, "--log-format", Self.logFormat, "--format",
                "json",
              ]
                + options)
            let report = try JSONDecoder().decode(Report.self, from: Data(output))
            #expect(report.requests == Self.count && report.agreeing == Self.count, "\(report)")
          }
        }
      }
    }

    // MARK: Streams

    @Test(arguments: programs)
    func serverNamesOfStreams(program: Program) async throws {
      try await KeyTrial.run("sni or remote-addr", .stream, of: program) { trial in
        let sources = Array(Keys.sources(seed: 3).prefix(200))
        let names = sources.indices.map { $0 % 4 == 0 ? nil : "shop-\($0).example" }
        let answers = try await trial.receive(
          names.map(ClientHello.bytes), from: sources)
        let keys = zip(names, sources).map { $0 ?? $1.host }
        expectNone(try await trial.differences(answers, keys), of: names.count, "sni")
        #expect(Set(answers).count == 4)
      }
    }

    @Test(arguments: programs)
    func addressesOfThePROXYProtocolInStreams(program: Program) async throws {
      for key in [
        "proxy-protocol-addr or remote-addr", "sni + ' {' + proxy-protocol-addr or remote-addr",
      ] {
        try await KeyTrial.run("\"\(key)\"", .stream, of: program, listen: " proxy_protocol") {
          trial in
          let sources = Array(Keys.sources(seed: 4).prefix(200))
          var keys: [String] = []
          var texts: [[UInt8]] = []
          for (number, source) in sources.enumerated() {
            let hasAddress = number % 4 > 0
            let address = "198.51.100.\(number)"
            let isNamed = key.hasPrefix("sni")
            keys.append(
              hasAddress ? (isNamed ? "n\(number).example {" : "") + address : source.host)
            let line = hasAddress ? "PROXY TCP4 \(address) 10.0.0.1 1 2\r\n" : "PROXY UNKNOWN\r\n"
            let name = isNamed && hasAddress ? "n\(number).example" : nil
            texts.append(Array(line.utf8) + ClientHello.bytes(serverName: name))
          }
          let answers = try await trial.receive(texts, from: sources)
          expectNone(try await trial.differences(answers, keys), of: keys.count, key)
          #expect(Set(answers).count == 4)
        }
      }
    }
  }
}
