import Configurations
import ConsistentHashing
import Foundation
import NginxConfiguration
import Testing

/// Texts that try to leave a token of nginx, a string of Lua, a comment or a path.
extension LiveServers {
  @Suite(.needsLua) struct LuaHostileTexts {
    static let pieces = [
      ";", "}", "{", "\"", "'", "\\", "#", "$", "$host", "${host}", "\n", "\r", "\t", "\u{0}", " ",
      "]]", "[[", "--", "--[[", "--]]", "]=]", "\\\"", "\\\n", "\\z", "\\x41", "\\065", "%s", "..",
      "\" .. os.exit() .. \"", "\"); os.exit() --", "\nend os.exit() --", "\u{2028}", "\u{202E}",
      "é", "\u{1F600}", "*/", "`id`", "$(id)", "; return 200; #", "\"; } server { listen 80; } #",
      "~", "default", "include /etc/passwd", ",", ":", "=", "nil", "\u{7F}", "\u{85}",
    ]
    static let texts = pieces + pieces.map { "a\($0)" } + pieces.map { "a\($0)b" }

    /// Where a text may stand.
    enum Place: CaseIterable {
      case id, socket, name, cookie, key, folder, maxFails, failTimeout
    }

    /// What is written with a text at a place; an error if it is refused.
    private static func emission(_ text: String, _ place: Place, name: String, in folder: String)
      throws -> (emission: Emission, folder: String)
    {
      var name = name
      var nodes = [
        Node(id: "app-1", address: "127.0.0.1:1"), Node(id: "app-2", address: "127.0.0.2:1"),
      ]
      var key: KeySource? = .cookie("user")
      var properties: [String: String] = [:]
      var folder = folder
      switch place {
      case .id: nodes[0].id = NodeID(text)
      case .socket: nodes[0] = Node(id: "app-1", address: "unix:/run/\(text)")
      case .name: name += text
      case .cookie: key = .cookie(text)
      case .key:
        key = nil
        properties["nginx-key"] = "$host:\(text)"
      case .folder: folder += "/" + text
      case .maxFails: nodes[0].properties["max-fails"] = text
      case .failTimeout: nodes[0].properties["fail-timeout"] = text
      }
      let cluster = try Cluster(name: name, nodes: nodes, properties: properties)
      let options = NginxEmitter.Options(engine: .lua, filesAt: folder)
      let emission = try NginxEmitter(options).emit(
        PlacedCluster(
          cluster,
          ConsistentHashing.Placement(rule: "maglev", options: ["table-size": "31"], key: key)))
      return (emission, folder)
    }

    /// A program without what is in quotes, and without numbers.
    private static func skeleton(_ program: [UInt8]) -> String {
      var kept: [UInt8] = []
      var isQuoted = false
      var position = 0
      while position < program.count {
        let byte = program[position]
        position += 1
        if isQuoted {
          if byte == UInt8(ascii: "\\") { position += 1 }
          if byte == UInt8(ascii: "\"") { isQuoted = false }
          continue
        }
        isQuoted = byte == UInt8(ascii: "\"")
        kept.append(byte)
      }
      return String(decoding: kept, as: UTF8.self)
        .replacing(#/0x[0-9a-f]+ULL/#, with: "N").replacing(#/size = [0-9]+/#, with: "size = N")
    }

    private static func structure(_ text: String) throws -> [String] {
      func names(_ items: [NginxSyntaxItem], _ depth: Int) -> [String] {
        items.flatMap { item -> [String] in
          guard case .statement(let statement) = item else { return [] }
          let words = "\(depth) \(statement.words[0].text) \(statement.words.count)"
          return [words] + names(statement.block?.items ?? [], depth + 1)
        }
      }
      return names(try NginxSyntaxTree(bytes: Array(text.utf8), file: "written").items, 0)
    }

    @Test func whatIsAcceptedLoadsAndHasTheStructureOfAHarmlessOne() async throws {
      try await withTemporaryFolder { folder in
        var sites: [(text: String, name: String)] = []
        var different: [String] = []
        for place in Place.allCases {
          let (plain, _) = try Self.emission(
            Self.plain(place), place, name: "plain", in: folder.path)
          let structure = try Self.structure(plain.text)
          let skeleton = Self.skeleton(try #require(plain.files.last).bytes)
          var accepted = 0
          for text in Self.texts {
            let name = "c\(sites.count)"
            let written: (emission: Emission, folder: String)
            do {
              written = try Self.emission(text, place, name: name, in: folder.path)
            } catch is ClusterError, is EmissionError {
              continue
            }
            accepted += 1
            let emission = written.emission
            let program = try #require(emission.files.last)
            if try Self.structure(emission.text) != structure
              || Self.skeleton(program.bytes) != skeleton
              || !program.bytes.allSatisfy({ $0 == 0x0A || (0x20..<0x7F).contains($0) })
            {
              different.append("\(place) \(text.debugDescription)")
            }
            // A key may have any variable; whether nginx knows it is another question.
            if place == .key, text.contains("$") { continue }
            do {
              try FileManager.default.createDirectory(
                atPath: written.folder, withIntermediateDirectories: true)
            } catch {
              continue
            }
            for file in emission.files {
              try Data(file.bytes).write(
                to: URL(fileURLWithPath: written.folder + "/" + file.name))
            }
            sites.append((emission.text, name + (place == .name ? text : "")))
          }
          if [.id, .folder, .key].contains(place) { #expect(accepted > 20, "\(place)") }
        }
        #expect(different.isEmpty, "\(different.prefix(10))")
        try #require(sites.count > 150)
        let upstreams = try folder.write(sites.map(\.text).joined(), to: "all.conf")
        let locations = sites.enumerated().map {
          "location = /\($0) { proxy_pass http://\($1.name); }\n"
        }
        let host = IPv4Address(127, 0, 0, 2)
        let front = host.with(port: try LoopbackPorts.free(on: [host]))
        let statuses = try await NginxProcess.withNginx(attempts: 1) { _ in
          (
            NginxBlocks(
              modules: try LuaModule.directives(),
              http: "map_hash_bucket_size 256; include \"\(upstreams)\";\n"
                + "server { listen \(front);\n\(locations.joined())}\n"), ()
          )
        } _: { _, _ in
          let requests = sites.indices.map { Array("GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n".utf8) }
          return try await blocking { try HTTPClient(front: front).ask(requests).map(\.status) }
        }
        // Nothing listens at the servers: the program ran, and nginx tried to connect.
        let wrong = statuses.enumerated().filter { $0.element != 502 }
        #expect(wrong.isEmpty, "\(wrong.map { "\($0.element) \(sites[$0.offset].name)" })")
        #expect(statuses.count == sites.count)
      }
    }

    private static func plain(_ place: Place) -> String {
      switch place {
      case .maxFails, .failTimeout: "1"
      default: "a"
      }
    }
  }
}
