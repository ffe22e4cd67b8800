import Testing

/// Commands on the files of twemproxy, mcrouter and Envoy.
@Suite struct NativeFileTests {
  private static let files = [
    "nutcracker.yml": """
    shards:
      listen: 127.0.0.1:22116
      hash: fnv1a_64
      distribution: ketama
      redis: true
      auto_eject_hosts: true
      servers:
       - 127.0.0.1:10020:1 shard-1
       - 127.0.0.1:10021:1 shard-2
       - 127.0.0.1:10020:1 shard-3
    any:
      listen: 127.0.0.1:22117
      distribution: random
      servers:
       - 127.0.0.1:10020:1

    """,
    "mcrouter.json": """
    { // one pool
      "pools": { "A": { "servers": [ "10.0.0.1:11211", "10.0.0.2:11211", "10.0.0.3:11211" ] } },
      "route": { "type": "HashRoute", "hash_func": "Crc32", "children": "Pool|A" }
    }

    """,
    "envoy.yaml": """
    static_resources:
      clusters:
      - name: ext
        type: STRICT_DNS
        lb_policy: RING_HASH
        ring_hash_lb_config: { minimum_ring_size: 2048, maximum_ring_size: 4096 }
        load_assignment:
          cluster_name: ext
          endpoints:
          - lb_endpoints:
            - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 80 } } }
            - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: 5000 } } }

    """,
    "other.yaml": "services:\n  web: { image: nginx }\n",
  ]

  private func run(_ arguments: String...) async throws -> ChashProgram.Outcome {
    var outcome = ChashProgram.Outcome()
    try await Folder.with(Self.files) { (folder: Folder) async throws in
      outcome = try await ChashProgram.run(arguments, in: folder)
    }
    return outcome
  }

  @Test func inspectListsTheParts() async throws {
    #expect(
      try await run("inspect", "nutcracker.yml")
        == .init(
          output: """
            # nutcracker.yml:1: pool shards: ketama, hash fnv1a_64, 3 servers
            name: shards
            algorithm: twemproxy-ketama
            properties: { auto_eject_hosts: true, listen: 127.0.0.1:22116, redis: true }
            repeatedAddresses: true
            nodes:
              - { id: shard-1, address: 127.0.0.1:10020 }
              - { id: shard-2, address: 127.0.0.1:10021 }
              - { id: shard-3, address: 127.0.0.1:10020 }
            ---
            # nutcracker.yml:11: pool any: random, hash fnv1a_64, 1 server
            # No document: pool 'any' picks servers at random (distribution: random).

            """))
    #expect(
      try await run("inspect", "mcrouter.json")
        == .init(
          output: """
            # mcrouter.json:2: pool A: HashRoute, Crc32, 3 servers
            # mcrouter hashes a key without its routing prefix, and up to '|#|' if it has that.
            name: A
            algorithm: mcrouter-crc32
            nodes:
              - { address: 10.0.0.1:11211 }
              - { address: 10.0.0.2:11211 }
              - { address: 10.0.0.3:11211 }

            """))
    #expect(
      try await run("inspect", "envoy.yaml")
        == .init(
          output: """
            # envoy.yaml:3: cluster ext: RING_HASH, 2 endpoints
            name: ext
            algorithm: envoy-ring
            options: { maximum-ring-size: 4096, minimum-ring-size: 2048 }
            nodes:
              - { address: 127.0.0.1:80 }
              - { address: 127.0.0.1:5000 }

            """))
  }

  /// A part is as good as the document that `inspect` makes of it.
  @Test(arguments: ["nutcracker.yml#shards", "mcrouter.json#A", "envoy.yaml#ext"])
  func partsAreClusters(part: String) async throws {
    try await Folder.with(Self.files) { folder in
      let keys = ["user:1", "user:2", "user:3", "user:4", "user:5"]
      let direct = try await ChashProgram.run(["lookup", part] + keys, in: folder)
      let piped = try await ChashProgram.shell(
        "\"$CHASH\" inspect '\(part)' | \"$CHASH\" lookup - \(keys.joined(separator: " "))",
        in: folder)
      #expect(direct.status == 0)
      #expect(direct.errors == "")
      #expect(direct == piped)
      for command in [["balance", part], ["remap", part, "--add", "n=10.9.9.9:11211"]] {
        let outcome = try await ChashProgram.run(command, in: folder)
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
    }
  }

  /// The only part of a file needs no name, whatever the file is called.
  @Test func contentsDecide() async throws {
    try await Folder.with([
      "a": Self.files["mcrouter.json"] ?? "", "b.conf": Self.files["envoy.yaml"] ?? "",
    ]) {
      folder in
      for name in ["a", "b.conf"] {
        let outcome = try await ChashProgram.run(["lookup", name, "x"], in: folder)
        #expect(outcome.status == 0, "\(outcome)")
      }
    }
  }

  @Test func wrongGuessesSayWhatTheFileIs() async throws {
    let cases: [([String], String)] = [
      (
        ["lookup", "sessions.yaml#web", "a"],
        "sessions.yaml: this is a cluster document and no configuration; commands take it without '#' "
          + "and a name"
      ),
      (
        ["lookup", "other.yaml#web", "a"],
        "other.yaml: this is YAML or JSON, but no configuration that can be read; the systems are "
          + "nginx, HAProxy, twemproxy, mcrouter, Envoy"
      ),
      (
        ["lookup", "nutcracker.yml", "a"],
        "nutcracker.yml: has 2 pools; add one of #shards, #any"
      ),
      (
        ["lookup", "nutcracker.yml#any", "a"],
        "nutcracker.yml:11: pool 'any' picks servers at random (distribution: random); name a pool with "
          + "distribution ketama or modula"
      ),
    ]
    for (arguments, message) in cases {
      var outcome = ChashProgram.Outcome()
      try await Folder.with(Self.files) { (folder: Folder) async throws in
        outcome = try await ChashProgram.run(arguments, in: folder)
      }
      #expect(outcome == .init(1, errors: "Error: \(message)\n"), "\(arguments)")
    }
  }
}
