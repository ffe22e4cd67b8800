import Configurations
import ConsistentHashing
import NginxConfiguration
import Testing

/// What `engine: lua` writes; that it places keys is proven by the live tests.
@Suite struct NginxLuaTests {
  static let nodes = [
    Node(id: "app-2", address: "127.0.0.1:7001"),
    Node(
      id: "app-1", address: "[::0:1]", weight: 2.5,
      properties: ["max-fails": "3", "fail-timeout": "1m", "backup": "true", "max-conns": "7"]),
    Node(id: "app-3", address: "unix:/run/a.sock", state: .down),
    Node(id: "app-4", address: "127.0.0.4:7004", state: .drain),
  ]

  static func emission(
    _ rule: String, _ nodes: [Node] = nodes, key: KeySource? = .cookie("user"),
    properties: [String: String] = [:], options: [String: String] = [:],
    _ change: (inout NginxEmitter.Options) -> Void = { _ in }
  ) throws -> Emission {
    var emitter = NginxEmitter.Options(engine: .lua, filesAt: "/etc/nginx/conf.d")
    change(&emitter)
    let cluster = try Cluster(name: "shop", nodes: nodes, properties: properties)
    return try NginxEmitter(emitter).emit(
      PlacedCluster(cluster, Placement(rule: rule, options: options, key: key)))
  }

  private static func program(_ emission: Emission) throws -> String {
    String(decoding: try #require(emission.files.last).bytes, as: UTF8.self)
  }

  @Test func theUpstreamNamesTheProgramAndTheServers() throws {
    let emission = try Self.emission("rendezvous") { $0.keepalive = 8 }
    let names = emission.files.map(\.name)
    try #require(names.count == 2)
    #expect(names.allSatisfy { EmissionFile.isName($0, of: "shop") })
    #expect(names[0].hasSuffix(".table") && names[1].hasSuffix(".lua"))
    #expect(emission.files.allSatisfy { EmissionFile.isIntact($0.name, $0.bytes) })
    #expect(
      emission.text == """
        # It needs these files: \(names[0]), \(names[1])

        # shop: 4 servers, servers picked by Lua; written by chash.
        upstream shop {
            balancer_by_lua_file /etc/nginx/conf.d/\(names[1]);

            server 127.0.0.1:7001;  # app-2
            server [::0:1];  # app-1
            server unix:/run/a.sock down;  # app-3
            server 127.0.0.4:7004 down;  # app-4

            keepalive 8;
        }

        """)
    #expect(
      emission.notes.map(\.description).sorted() == [
        "backup of 'app-1': the engine lua has no servers that wait; it gets its share",
        "max-conns of 'app-1': the engine lua does not count connections",
        "state of 'app-4': nginx drains servers only in sticky sessions; the line says down",
      ])
    // In the order of the ids; the drained one is no member.
    #expect(
      try Self.program(emission).contains(
        "local members = \"\\\n80 3 60 [::1]\\\n7001 1 10 127.0.0.1\\\ndown\\\n\"\n"))
  }

  @Test func theOrderOfTheListAndTheFolderMatterWhereTheyShould() throws {
    for rule in ["ketama", "rendezvous", "maglev"] {
      let nodes = Self.nodes.map { node in
        var node = node
        node.properties = [:]
        return node
      }
      let one = try Self.emission(rule, nodes)
      let other = try Self.emission(rule, nodes.reversed())
      #expect(one.files == other.files, "\(rule)")
      let elsewhere = try Self.emission(rule, nodes) { $0.filesAt = "/srv/conf/" }
      try #require(one.files.count == 2 && elsewhere.files.count == 2)
      #expect(one.files[0] == elsewhere.files[0], "the table knows no folder")
      #expect(elsewhere.text.contains(" /srv/conf/shop."))
      #expect(try Self.emission(rule, nodes) == one, "the same bytes each time")
      // Another limit of failures is another program with the same table.
      let changed = try Self.emission(
        rule,
        nodes.map { node in
          var node = node
          node.properties["max-fails"] = "2"
          return node
        })
      try #require(changed.files.count == 2)
      #expect(changed.files[0] == one.files[0] && changed.files[1].name != one.files[1].name)
    }
  }

  @Test func aServerPartHasNoFiles() throws {
    let emission = try Self.emission("maglev") {
      $0.part = .server
      $0.filesAt = nil
    }
    #expect(emission.files.isEmpty && emission.text.contains("proxy_pass http://shop;"))
    let site = try Self.emission("maglev") { $0.part = .site }
    #expect(site.files.count == 2 && site.text.contains("listen 80;"))
  }

  /// A key of several parts is read through a map.
  @Test func aKeyOfSeveralParts() throws {
    for (key, name, map) in [
      ("$host$uri", "shop_hashed", "map \"\" $shop_hashed {\n    default $host$uri;\n}\n"),
      ("x;\"${host}\" #", "shop_hashed", "default \"x;\\\"${host}\\\" #\";"),
      ("$1", "shop_hashed", "default \"$1\";"), ("$Remote_user9", "Remote_user9", ""),
    ] {
      let emission = try Self.emission(
        "maglev", Array(Self.nodes.prefix(1)), key: nil, properties: ["nginx-key": key])
      #expect(try Self.program(emission).contains("  key = \"\(name)\",\n"), "\(key)")
      #expect(emission.text.contains(map), "\(emission.text)")
      #expect(emission.text.contains("map ") != map.isEmpty)
    }
  }

  @Test func whatLuaCannotDoIsRefused() throws {
    let two = Array(Self.nodes.prefix(1))
    func error(_ body: () throws -> Emission) throws -> String {
      let error = #expect(throws: EmissionError.self) { _ = try body() }
      return error.map { "\($0.code.rawValue): \($0)" } ?? ""
    }
    var wrong: [String] = []
    for (expected, found) in [
      (
        "unknown-rule: the engine lua does not place keys by 'nginx'; use one of ketama, jump, rendezvous, "
          + "maglev, or leave the engine out", try error { try Self.emission("nginx", two) }
      ),
      (
        "invalid-option: the Lua module picks no servers of a stream; write the upstream for http, or leave "
          + "the engine out",
        try error { try Self.emission("maglev", two, key: .remoteAddress) { $0.context = .stream } }
      ),
      (
        "invalid-option: the engine lua needs files beside the text; say in which folder nginx finds them "
          + "(files-at)", try error { try Self.emission("maglev", two) { $0.filesAt = nil } }
      ),
      (
        "invalid-option: the folder 'conf.d' is no absolute path; write the path from / on, as the routers "
          + "have it", try error { try Self.emission("maglev", two) { $0.filesAt = "conf.d" } }
      ),
      (
        "invalid-option: the folder '/a$b' cannot be written: the text contains '$', which starts a variable "
          + "and cannot be escaped in nginx; use a text without '$'",
        try error { try Self.emission("maglev", two) { $0.filesAt = "/a$b" } }
      ),
      (
        "invalid-option: the engine native needs no files; leave files-at out",
        try error { try Self.emission("nginx", two) { $0.engine = .native } }
      ),
      (
        "invalid-address: the address 'app.example:80' is a name, which nginx's Lua module does not look up; "
          + "write the address that it has, with the name as the id",
        try error { try Self.emission("maglev", [Node(address: "app.example:80")]) }
      ),
      (
        "invalid-address: the path of the socket 'unix:/run/a,b' has a space or a comma; use a path without "
          + "them", try error { try Self.emission("maglev", [Node(address: "unix:/run/a,b")]) }
      ),
      (
        "invalid-option: the table size 10 is not a prime from 2 to 5000011; use 11",
        try error { try Self.emission("maglev", two, options: ["table-size": "10"]) }
      ),
      (
        "invalid-option: node 'a:1' has the weight 1.5, but jump's weights are whole numbers of slots; "
          + "multiply all weights until they are whole",
        try error { try Self.emission("jump", [Node(address: "a:1", weight: 1.5)]) }
      ),
      (
        "invalid-key: nginx has no variable for the cookie 'a-b'; rename the cookie; names in variables have "
          + "letters, digits and '_' only",
        try error { try Self.emission("maglev", two, key: .cookie("a-b")) }
      ),
    ] where found != expected { wrong.append("\(found)\n  expected \(expected)") }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    let file = Array("upstream shop { server 127.0.0.1:1; }\n".utf8)
    let edit = #expect(throws: EmissionError.self) {
      try NginxEmitter(NginxEmitter.Options(engine: .lua, filesAt: "/")).edit(
        PlacedCluster(
          try Cluster(name: "shop", nodes: two), Placement(rule: "maglev", key: .cookie("a"))),
        in: file, file: "/a.conf", files: ConfigurationFiles(["/a.conf": file]))
    }
    #expect(edit?.code == .invalidOption)
  }
}

/// Names of files that are made of their contents.
@Suite struct EmissionFileTests {
  @Test func namesAreMadeOfTheContents() {
    let file = EmissionFile(of: "shop", kind: "lua", bytes: Array("x".utf8))
    // XXH3 of one byte, as libxxhash has it.
    #expect(file.name == "shop.eaf06c6480b2cd11.lua" && file.bytes == Array("x".utf8))
    #expect(EmissionFile.isIntact(file.name, file.bytes))
    #expect(!EmissionFile.isIntact(file.name, Array("y".utf8)))
    #expect(!EmissionFile.isIntact("shop.lua", Array("x".utf8)))
    #expect(!EmissionFile.isIntact("", []))
  }

  @Test func onlyNamesOfTheClusterAreItsNames() {
    let digits = "0123456789abcdef"
    for (name, cluster, isName) in [
      ("shop.\(digits).lua", "shop", true), ("shop.\(digits).lua", "sho", false),
      ("shop.\(digits).lua", "shop.\(digits)", false), ("shop.a.\(digits).lua", "shop", false),
      ("shop.a.\(digits).lua", "shop.a", true), ("shop.\(digits).LUA", "shop", false),
      ("shop.\(digits)", "shop", false), ("shop.\(digits).", "shop", false),
      ("shop.\(digits).lua.bak", "shop", false), ("shop.0123456789abcdeg.lua", "shop", false),
      ("shop.0123456789ABCDEF.lua", "shop", false), ("shop.lua", "shop", false),
      ("", "shop", false), ("shop.conf", "shop", false),
    ] {
      #expect(EmissionFile.isName(name, of: cluster) == isName, "\(name) \(cluster)")
    }
  }

  /// Whatever the cluster is called, the name is one of a file in the folder.
  @Test func noNameLeavesTheFolder() {
    for text in NginxSessionTests.hostile + [
      "../../etc/passwd", "..", ".", "", "a/b", "-rf", String(repeating: "a/", count: 300),
    ] {
      let file = EmissionFile(of: text, kind: "table", bytes: [1, 2, 3])
      #expect(file.name.utf8.count <= 255 && !file.name.hasPrefix(".") && !file.name.hasPrefix("-"))
      #expect(
        file.name.utf8.allSatisfy {
          Character(Unicode.Scalar($0)).isLetter || Character(Unicode.Scalar($0)).isNumber
            || "_.-".utf8.contains($0)
        }, "\(file.name)")
      #expect(EmissionFile.isName(file.name, of: text))
    }
  }
}
