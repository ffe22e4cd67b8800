import Testing

/// Redis Cluster holds every key on the master that `chash` says, and moves the keys that it says.
extension LiveServers {
  @Suite struct RedisClusters {
    /// Keys of all kinds, and with hash tags: whole ones, empty ones, nested ones and halves.
    static let keys: [[UInt8]] =
      Array(Keys.make(for: .header).prefix(4_000))
      + (0..<2_000).map { number in
        let forms = [
          "{user-\(number)}.cart", "cart.{user-\(number)}", "{}\(number)", "a{b\(number)",
          "\(number)}{", "{{\(number)}}", "{a\(number)}{b}", "x{}{y\(number)}", "{\(number)",
          "{käse-\(number)}é",
        ]
        return Array(forms[number % forms.count].utf8)
      }

    /// The slots are split as `redis-cli` splits them.
    @Test(arguments: [3, 7])
    func everyKeyIsWhereChashSays(count: Int) async throws {
      try await RedisMasters.run(count) { masters in
        let view = try await masters.view()
        let places = try await Self.masters(of: Self.keys, masters)
        for document in [
          Self.document(masters, slots: nil), Self.document(masters, slots: view.slots),
        ] {
          try await withTemporaryFolder { folder in
            let file = try folder.write(document, to: "cluster.yaml")
            let expected = try await Chash.find().addresses(of: Self.keys, in: file, folder)
            let differences = zip(Self.keys, zip(expected, places)).compactMap { key, pair in
              pair.0 == pair.1 ? nil : Difference(key: key, expected: pair.0, got: pair.1)
            }
            expectNone(differences, of: Self.keys.count, document)
          }
        }
        #expect(Set(places).count == count)
      }
    }

    /// Slots move from all masters to the second, and from the first to the third.
    @Test func reshardingMovesWhatChashSays() async throws {
      try await RedisMasters.run(3) { masters in
        var before = try await masters.view()
        var placesBefore = try await Self.masters(of: Self.keys, masters)
        let address = masters.addresses.map(\.description)
        for (from, to, count) in [(nil, 1, 900), (0, 2, 333)] as [(Int?, Int, Int)] {
          let source = from.flatMap { before.names[address[$0]] } ?? "all"
          try await masters.manage([
            "reshard", address[0], "--cluster-from", source, "--cluster-to",
            try #require(before.names[address[to]]), "--cluster-slots", "\(count)",
          ])
          let after = try await masters.view()
          let placesAfter = try await Self.masters(of: Self.keys, masters)
          let happened = zip(Self.keys, zip(placesBefore, placesAfter)).filter { $1.0 != $1.1 }
            .map { [$0, Array($1.0.utf8), Array($1.1.utf8)] }
          #expect(happened.count > 50)

          let documents = [before, after].map { Self.document(masters, slots: $0.slots) }
          let listed = try await Self.listedMoves(documents)
          #expect(Set(listed) == Set(happened), "\(documents)")
          #expect(listed.count == happened.count)
          (before, placesBefore) = (after, placesAfter)
        }
      }
    }

    /// The keys that `chash remap` lists, each with the addresses before and after.
    private static func listedMoves(_ documents: [String]) async throws -> [[[UInt8]]] {
      try await withTemporaryFolder { folder in
        let files = try documents.enumerated().map { try folder.write($1, to: "\($0).yaml") }
        let list = try folder.write(keys.flatMap { $0 + [0x0A] }, to: "keys")
        try await Chash.find()(
          "remap", files[0], "--to", files[1], "--raw", "--keys", list, "--list-moved",
          folder["moved.tsv"])
        return folder.bytes(of: "moved.tsv").split(separator: 0x0A).map { line in
          line.split(separator: 0x09, omittingEmptySubsequences: false).map(Array.init)
        }
      }
    }

    /// Asks every master, and expects that they say the same.
    private static func masters(
      of keys: [[UInt8]], _ masters: RedisMasters
    ) async throws -> [String] {
      let views = try await blocking {
        try masters.addresses.map { address in
          var client = try RedisClient(to: address)
          return try client.masters(of: keys)
        }
      }
      let areSame = views.allSatisfy { $0 == views[0] }
      #expect(areSame)
      return views[0]
    }

    /// The cluster, whose ids are the addresses, with given slots or without.
    private static func document(_ masters: RedisMasters, slots: [String: String]?) -> String {
      let nodes = masters.addresses.map { address in
        let ranges = slots?[address.description].map { ", slot-ranges: \"\($0)\"" } ?? ""
        return "  - { id: \"\(address)\", address: \"\(address)\"\(ranges) }\n"
      }
      return "algorithm: redis-cluster\nnodes:\n" + nodes.joined()
    }
  }
}
