import ConsistentHashing
import HAProxyConfiguration
import Testing

/// Damaged configurations: nothing traps, no byte is lost.
///
/// `Fuzz/` looks for more.
@Suite struct HAProxyFuzzTests {
  static let originals = [
    HAProxyReaderTests.whole,
    "listen l\n balance uri whole len 9 depth 2\n server-template t 2-4 a.example:80 weight 3\n",
    ".if 0\nbackend a\n.elif 1\nbackend b\n.else\n foo\n.endif\n server b \"${H-1.2.3.4}:80\"\n",
    "global\n setenv A 10.0.0.1\n resetenv A\n.if !defined(B) && (streq(\"$A\",10.0.0.1) || "
      + "version_atleast(2.4))\nbackend b\n balance source\n server s \"${A}:80\"\n.endif\n",
    "\"backend\" 'b'\n balance hash req.cook(a)\n s\"erv\"er a\\x41 unix@/a weight\\ 2 # c\n",
  ].map { Array($0.utf8) }

  static let pieces = [
    "server", "server-template", "default-server", "defaults", "from", "backend b\n", "\"", "'",
    "\\x",
    "${", "}", "[*]", "\n", "\r", "#", ".if ", ".endif\n", "weight", "id", "99999999999999999999",
    "defined(", "streq(", "&&", "||", "!", "$A", "setenv A ", "unsetenv A\n", "feature(X)",
    "-", ":", "[", "]", "@", "\u{0}", "1-3", "(", ")",
  ].map { Array($0.utf8) }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingTrapsAndNothingIsLost(seed: UInt64) {
    var state = seed
    func random(below limit: Int) -> Int {
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) % UInt64(limit))
    }
    let limits = HAProxyLimits(totalSize: 5000, servers: 50)
    let readers = [
      HAProxyReader(limits: limits),
      HAProxyReader(limits: limits, surroundings: HAProxyEnvironmentTests.surroundings("2.6.12")),
    ]
    var read = 0
    var accepted = 0
    var wrong: [String] = []
    for _ in 0..<4000 {
      var bytes = Self.originals[random(below: Self.originals.count)]
      for _ in 0...random(below: 4) {
        let position = random(below: bytes.count + 1)
        let length = min(random(below: 12), bytes.count - position)
        switch random(below: 4) {
        case 0: bytes.removeSubrange(position..<position + length)
        case 1:
          bytes.insert(contentsOf: Self.pieces[random(below: Self.pieces.count)], at: position)
        case 2: bytes.insert(UInt8(random(below: 256)), at: position)
        default: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
        }
      }
      guard let reading = try? readers[random(below: 2)].backends(in: bytes, file: "a.cfg") else {
        continue
      }
      read += 1
      accepted += reading.isAccepted ? 1 : 0
      if reading.files[0].printed != bytes { wrong.append("not the same bytes: \(bytes)") }
      for backend in reading.backends {
        if let placed = try? backend.cluster(), placed.nodes.count != backend.servers.count {
          wrong.append("a server is missing: \(bytes)")
        }
      }
    }
    #expect(wrong.isEmpty, "seed \(seed): \(wrong.first ?? "")")
    // Damage is mild enough to reach all parts.
    #expect(read > 3500)
    #expect(accepted > 500)
  }
}
