/// Damaged configurations: the same ones for the same seed.
struct NginxMutations {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  static let originals = [
    NginxUpstreamTests.golden,
    """
    user www; # who
    http {
      include mime.types;
      upstream "a b" { ip_hash; server 10.0.0.1 weight=3 max_fails=0 fail_timeout=1m30s; }
      upstream b { least_conn; server [::1]:80 backup; server unix:/run/a.sock; zone z 64k; }
      server { listen 80; location ~ "^/a{2}$" { proxy_pass http://b$request_uri; } }
    }
    stream {
      upstream c { hash ${remote_addr}x consistent; server 10.0.0.1:5432 down; } # end
    }
    """,
    """
    upstream c { random two least_conn; server 'a\\'b\\\\' route=x; keepalive 2; sticky cookie a; }
    init_by_lua_block { local a = "}" -- }
      --[[ } ]] local b = [==[ } ]==] }
    """,
  ].map { Array($0.utf8) }

  private static let words = [
    "{", "}", ";", "#", "\n", "\"", "'", "\\", "$", "${", " ", "\t", "upstream", "server",
    "include",
    "/m.conf;", "hash", "[", "]", "[==[", "--", "weight=", ":", "0", "99999999999999999999",
    "\u{0}",
    "\u{FEFF}", "_by_lua_block", "http", "down", "*",
  ].map { Array($0.utf8) }

  /// A random number below another (SplitMix64).
  mutating func random(below limit: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(limit))
  }

  /// The next damaged configuration.
  mutating func next(
    from originals: [[UInt8]] = NginxMutations.originals, damage: Int = 6
  ) -> [UInt8] {
    var bytes = originals[random(below: originals.count)]
    for _ in 0...random(below: damage) {
      let position = random(below: bytes.count + 1)
      let length = min(random(below: 12), bytes.count - position)
      switch random(below: 6) {
      case 0: bytes.removeSubrange(position..<position + length)
      case 1: bytes.insert(contentsOf: Self.words[random(below: Self.words.count)], at: position)
      case 2: bytes.insert(UInt8(random(below: 256)), at: position)
      case 3 where position < bytes.count: bytes[position] ^= 1 << UInt8(random(below: 8))
      case 4: bytes.insert(contentsOf: bytes[position..<position + length], at: position)
      default:
        let other = originals[random(below: originals.count)]
        let start = random(below: other.count)
        bytes.insert(contentsOf: other[start...].prefix(random(below: 60)), at: position)
      }
    }
    return bytes
  }
}
