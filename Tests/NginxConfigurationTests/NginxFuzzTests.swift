import Configurations
import NginxConfiguration
import Testing

@Suite struct NginxFuzzTests {
  /// Small limits, so that they are met.
  static let limits = NginxLimits(
    fileSize: 4000, totalSize: 20_000, files: 20, blockDepth: 6, includeDepth: 4)

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func nothingTrapsAndNothingIsLost(seed: UInt64) {
    var mutations = NginxMutations(seed: seed)
    var parsed = 0
    var read = 0
    var wrong: [String] = []
    for number in 0..<5000 {
      let bytes = mutations.next()
      let files = ConfigurationFiles([
        "/m.conf": bytes, "/mime.types": Array("types { text/html html; }".utf8),
      ])
      let reader = NginxReader(
        files: files, version: number % 2 == 0 ? .newest : NginxVersion(1, 22, 1),
        limits: Self.limits)
      let places: [NginxReader.Place] = [.main, .inside(.http), .inside(.stream)]
      if (try? reader.upstreams(in: "/m.conf", place: places[number % 3])) != nil { read += 1 }
      guard let tree = try? NginxSyntaxTree(bytes: bytes, file: "m") else { continue }
      parsed += 1
      if tree.printed != bytes { wrong.append("not the same bytes: \(bytes)") }
      if let mistake = Self.mistake(in: tree) { wrong.append("\(mistake): \(bytes)") }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
    // Damage is mild enough to reach all parts.
    #expect(parsed > 1000)
    #expect(read > 500)
  }

  /// Checks that what a tree says of places is in order, and that only white space and comments
  /// stand between.
  static func mistake(in tree: NginxSyntaxTree) -> String? {
    var position = 0
    func gap(to next: Int) -> String? {
      guard position <= next, next <= tree.bytes.count else { return "out of order at \(next)" }
      var isComment = false
      for byte in tree.bytes[position..<next] {
        if byte == UInt8(ascii: "\n") {
          isComment = false
        } else if byte == UInt8(ascii: "#") {
          isComment = true
        } else if !isComment, !" \t\r".utf8.contains(byte) {
          return "byte \(byte) between \(position) and \(next)"
        }
      }
      return nil
    }
    func walk(_ items: [NginxSyntaxItem]) -> String? {
      for item in items {
        switch item {
        case .comment(let comment):
          if let mistake = gap(to: comment.range.lowerBound) { return mistake }
          position = comment.range.upperBound
        case .statement(let statement):
          for word in statement.words {
            if let mistake = gap(to: word.range.lowerBound) { return mistake }
            position = word.range.upperBound
          }
          if let block = statement.block {
            if let mistake = gap(to: block.range.lowerBound) { return mistake }
            position = block.range.lowerBound + 1
            if let mistake = walk(block.items) { return mistake }
            let isLua = statement.words[0].bytes.suffix(13).elementsEqual("_by_lua_block".utf8)
            if !isLua, let mistake = gap(to: block.range.upperBound - 1) { return mistake }
          } else if let mistake = gap(to: statement.range.upperBound - 1) {
            return mistake
          }
          position = statement.range.upperBound
        }
      }
      return nil
    }
    return walk(tree.items) ?? gap(to: tree.bytes.count)
  }

  /// Whether nginx might look up a host name, which no test should make it do.
  static func mayAskForName(_ bytes: [UInt8]) -> Bool {
    let words = bytes.split { " \t\r\n;{\"'".utf8.contains($0) }
    return zip(words, words.dropFirst()).contains { word, next in
      guard word.elementsEqual("server".utf8), !next.starts(with: "unix:".utf8), next.first != 0x5B
      else { return false }
      let fields = next.prefix { $0 != UInt8(ascii: ":") }.split(
        separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      return fields.count != 4
        || !fields.allSatisfy { UInt8(String(decoding: $0, as: UTF8.self)) != nil }
    }
  }

  /// Damaged upstreams, on which nginx itself is asked.
  @Test func agreesWithNginxOnDamage() async throws {
    let nginx = try await NginxProgram()
    let originals = [
      "upstream u { hash $remote_addr consistent; server 127.0.0.1:80 weight=2 down; }\n",
      "upstream u {\n  # a\n  least_conn;\n  server 'unix:/a\\'b' backup; server 127.0.0.2:1; }\n",
      "upstream \"a b\" { ip_hash; server [::1]:80 max_fails=3 fail_timeout=1m30s; }\n",
    ].map { Array($0.utf8) }
    var mutations = NginxMutations(seed: 7)
    var different: [String] = []
    var accepted = 0
    let count = 200
    for _ in 0..<count {
      var bytes = mutations.next(from: originals, damage: 1)
      while Self.mayAskForName(bytes) { bytes = mutations.next(from: originals, damage: 1) }
      let verdict = try await nginx.test(bytes: bytes, in: .http)
      accepted += verdict.accepted ? 1 : 0
      let difference = NginxVerdictTests.difference(
        bytes, in: .http, from: verdict, version: nginx.version)
      if let difference { different.append(difference) }
    }
    #expect(
      different.isEmpty, "\(different.count) of \(count):\n\(different.joined(separator: "\n"))")
    #expect(accepted > 20)
  }
}
