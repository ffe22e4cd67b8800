import NginxConfiguration

/// Configurations, good and bad, on which this library and nginx must agree.
enum NginxVerdicts {
  struct Case: Sendable {
    let context: NginxContext
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  static let all: [Case] =
    servers + methods + blocks.map { Case(context: .http, bytes: Array($0.utf8)) }
    + streamBlocks.map { Case(context: .stream, bytes: Array($0.utf8)) }
    + syntax.map { Case(context: .http, bytes: Array($0.utf8)) } + bytes
    + both(splits) { "split_clients \($0)" }

  /// `server` lines, each in both contexts.
  private static let servers: [Case] = both(
    [
      "127.0.0.1", "127.0.0.1:80", "127.0.0.1:080", "127.0.0.1:0", "127.0.0.1:65535",
      "127.0.0.1:65536", "127.0.0.1:", "127.0.0.1:-1", "127.0.0.1:8a", "127.0.0.1:80:81",
      "127.0.0.1:99999999999999999999", "127.0.0.1:00000000000000000000080",
      "http://127.0.0.1:80", "127.0.0.1/", "127.0.0.1:80/a", "127.0.0.1?a", ":80", "\"\"",
      "[::1]", "[::1]:80", "[::1]:", "[::1]:0", "[::1", "[]:80", "[::1]80", "[::1]:80/a", "[]",
      "[1:2:3:4:5:6:7:8]:1", "[:1:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7]:1", "[1::3:4:5:6:7:8]:1",
      "[1::2::3]:1", "[::1.2.3.4]:1", "[::1.2.3]:1", "[::1.2.3.256]:1", "[12345::]:1", "[::g]:1",
      "[::ffff:1.2.3.4]:1", "[1.2.3.4]:1", "[:]:1", "[::]:1", "[:::]:1", "[1:2:3:4:5:6:7::]:1",
      "[1:2:3:4:5:6:7:8:9]:1", "[::255.255.255.255]:1", "[fe80::1%lo]:1",
      "unix:/a.sock", "unix:/a.sock:", "unix:", "UNIX:/a.sock", "Unix:a",
      "unix:" + String(repeating: "a", count: 107), "unix:" + String(repeating: "a", count: 108),
      "\"unix:/a b;{}#\"", "'unix:/a\\'b'", "unix:/a\\;b", "unix:/a}b", "unix:/#",
    ]
      + [
        "weight=1", "weight=2", "weight=0", "weight=-1", "weight=1.5", "weight=", "weight=01",
        "weight=a", "weight=99999999999999999999", "weight = 2", "WEIGHT=2", "weight",
        "weight=3 weight=0",
        "weight=3 weight=2", "max_fails=0", "max_fails=3", "max_fails=-1", "max_fails=",
        "max_conns=0", "max_conns=9", "max_conns=x", "max_conns=", "down", "down down", "DOWN",
        "down=1", "backup", "backup down", "backup=1", "down weight=2 max_fails=1 fail_timeout=3",
        "resolve", "service=http", "service=", "route=a", "drain", "slow_start=30s", "id=1",
        "check",
        "\"weight=2\"", "'down'", "\"weight=2 \"", "weight=\"2\"", "max_fails=1;", "\"\"",
      ].map { "127.0.0.1:80 " + $0 + ($0 == "max_fails=1;" ? " weight=2" : "") }
      + [
        "1", "10", "10s", "1m", "1m30s", "1h", "1d", "1w", "1M", "1y", "1y1M1w1d1h1m1s", "1s1m",
        "1m1m", "100ms", "1ms", "1s1", "1 ", "1m 30s", "1m30", "", "s", "m", "1x", "-1", "1.5",
        "1s ",
        "9223372036854775807", "9223372036854775808", "292471208677y", "292471208678y", "0", "1S",
        "1 1",
        " 1", "1s 5", "1m 5",
      ].map { "127.0.0.1:80 \"fail_timeout=" + $0 + "\"" }
  ) { "upstream u { server \($0); server 127.0.0.2:81; }" }

  /// Methods and other directives, in both contexts, with servers after and before.
  private static let methods: [Case] =
    both(
      directives
    ) { "upstream u { \($0)\n server 127.0.0.1:80; server 127.0.0.2:81; }" }
    + both(directives) { "upstream u { server 127.0.0.1:80; server 127.0.0.2:81;\n \($0) }" }

  private static let directives = [
    "hash a;", "hash $remote_addr;", "hash $remote_addr consistent;", "hash \"\" consistent;",
    "hash $remote_addr Consistent;", "hash $remote_addr \"consistent\";",
    "hash $remote_addr consistent consistent;", "hash;", "hash $;", "hash a$;", "hash $$;",
    "hash ${remote_addr};", "hash ${remote_addr;}", "hash \"${remote_addr\";", "hash ${};",
    "hash $-a;", "hash a${remote_addr}b$remote_port consistent;", "hash \"$remote_addr b\";",
    "hash $remote_addr-x;", "hash ${remote_addr}${remote_port};", "hash \"a$\" consistent;",
    "hash \"${\";", "hash \"${}\";", "hash \"${-}\";", "hash $remote_addr ;", "hash { }",
    "hash $remote_addr { }", "ip_hash;", "ip_hash on;", "ip_hash { }", "least_conn;",
    "least_conn a;", "random;", "random two;", "random two least_conn;", "random three;",
    "random two most_conn;", "random two least_conn a;", "random least_conn;", "keepalive 1;",
    "keepalive 0;", "keepalive;", "keepalive a;", "keepalive -1;", "keepalive 1 local;",
    "keepalive 1; keepalive 2;", "keepalive_requests 10;", "keepalive_requests a;",
    "keepalive_requests 1; keepalive_requests 1;", "keepalive_timeout 10s;",
    "keepalive_timeout 100ms;", "keepalive_timeout 1y;", "keepalive_timeout 1M;",
    "keepalive_timeout x;", "keepalive_timeout 1s100ms;", "keepalive_timeout 100ms1s;",
    "keepalive_timeout 1 2;", "keepalive_time 1h;", "keepalive_time;",
    "keepalive 1; hash a;", "hash a; keepalive 1;", "hash a; least_conn;", "least_conn; hash a;",
    "hash a; hash b consistent;", "zone z 64k;", "zone z 32k;", "zone z 31k;", "zone z 16k;",
    "zone z;", "zone z 1x;", "zone z 1m;", "zone z 64K;", "zone \"\" 64k;", "zone z 64k a;",
    "zone;",
    "zone z 64k; zone z 64k;", "zone z 64k; zone z 128k;", "zone z; zone z 64k;", "zone z k;",
    "zone z 32768;", "zone z 32767;", "server;", "server 127.0.0.3:1 { }",
    "queue 10;", "sticky cookie a;", "state a;", "ntlm;", "foo;", "foo { }", "\"least_conn\";",
    "Least_conn;", "resolver 127.0.0.1;", "upstream v { }", "least_time header;",
    "hash a; server 127.0.0.3:1 backup;", "server 127.0.0.3:1 backup; hash a;",
    "hash a; least_conn; server 127.0.0.3:1 backup;", "least_conn; server 127.0.0.3:1 backup;",
    "random; server 127.0.0.3:1 backup;", "hash a; server 127.0.0.3:1 down;",
    "# comment", "# comment {", "least_conn; # }", "", ";", "}", "{", "'", "\"",
  ]

  /// `split_clients` blocks, in both contexts.
  private static let splits = [
    "$remote_addr $v { 50% a; * b; }", "$remote_addr v { 50% a; }", "$remote_addr $ { 50% a; }",
    "$remote_addr \"\" { 50% a; }", "$remote_addr \"$a b\" { 50% a; }",
    "$remote_addr $v { 50% a b; * b c; }", "$remote_addr $v { 50% a { } }",
    "$remote_addr $v { 50 a; }", "$remote_addr $v { 0% a; }", "$remote_addr $v { 101% a; }",
    "$remote_addr $v {\n 60% a;\n 60% b;\n }", "$remote_addr $v { * a; * b; }",
    "$remote_addr $v { * a; 1% b; }", "$remote_addr $v { 100% a; * b; }",
    "$remote_addr $v { 0.555% a; }", "$remote_addr $v { 5.% a; .5% b; 05.50% c; }",
    "$remote_addr $v { .% a; }", "$remote_addr $v { 1.2.3% a; }", "$remote_addr $v { -1% a; }",
    "$remote_addr $v { 42949672.96% a; }", "$remote_addr $v { 42949673.96% a; 99.01% b; }",
    "$remote_addr $v { 99999999999999999999% a; }", "$remote_addr $v { }", "$remote_addr $v;",
    "$remote_addr { }", "$remote_addr $v w { }", "$ $v { }", "${remote_addr $v { }",
    "$remote_addr $v { include a; }", "$remote_addr $v { \"1%%\" a; }",
    "$remote_addr $v { \"%\" a; }", "$remote_addr $v { \"\" a; }", "\"\" $v { 1% $a; 2% \"\"; }",
    "a $V { 1% a; } split_clients a $V { 2% b; }", "a $v { 60% a;\n 60% b;\n 1 c;\n }",
    "a $v { 1% a; # b\n # c\n }", "a $v { ; }", "a $v { 1% a }",
  ]

  private static let blocks = [
    "upstream u { }", "upstream u { least_conn; }", "upstream { server 127.0.0.1; }",
    "upstream u v { server 127.0.0.1; }", "upstream u;", "upstream;", "upstream u",
    "upstream \"\" { server 127.0.0.1; }", "upstream \"a b\" { server 127.0.0.1; }",
    "upstream u { server 127.0.0.1; } upstream u { server 127.0.0.1; }",
    "upstream u { server 127.0.0.1; } upstream U { server 127.0.0.1; }",
    "upstream u { server 127.0.0.1; } upstream v { server 127.0.0.1; }",
    "upstream É { server 127.0.0.1; } upstream é { server 127.0.0.1; }",
    "upstream u { server 127.0.0.1 backup; }", "\n\nupstream u\n{\nserver 127.0.0.1 backup;\n}\n",
    "upstream u { server 127.0.0.1 backup; server 127.0.0.2 down; }",
    "upstream u { server 127.0.0.1 backup; ip_hash; }",
    "upstream u { ip_hash; server 127.0.0.1 backup; }", "upstream u {\nserver 127.0.0.1;\n}\n}",
    "upstream u { zone z 64k; server 127.0.0.1; } upstream v { zone z 64k; server 127.0.0.1; }",
    "upstream u { zone z; server 127.0.0.1; } upstream v { zone z 64k; server 127.0.0.1; }",
    "upstream u { zone z 64k; server 127.0.0.1; } upstream v { zone z 96k; server 127.0.0.1; }",
    "http { }", "upstream u { include; }", "upstream u { include a b; }", "include;",
    "upstream u { hash a\n\n; server 127.0.0.1\nweight=0\n; }",
    "upstream u {\n\nleast_conn;\n\n}",
    "map $uri $m { default a; } upstream u { hash $m; server 127.0.0.1; }",
    "types { a/b upstream; } upstream u { server 127.0.0.1; }",
    "upstream u { server 127.0.0.1; } server { listen 127.0.0.1:8; location / { return 204; } }",
  ]

  private static let streamBlocks = [
    "upstream u { server 127.0.0.1:1; } upstream U { server 127.0.0.1:1; }",
    "upstream u { server 127.0.0.1; }", "upstream u { server [::1]; }",
    "upstream u { server unix:/a; }", "upstream u { server 127.0.0.1:1 backup; }",
    "upstream u { hash $remote_addr consistent; server 127.0.0.1:1 weight=3; }",
    "upstream u { server 127.0.0.1:1 backup; hash $remote_addr; }", "upstream u { }",
    "upstream u { server 127.0.0.1:1; } server { listen 127.0.0.1:8; proxy_pass u; }",
  ]

  /// What nginx's lexer makes of unusual texts.
  private static let syntax = [
    "", " ", "\n", "#", "# a", "#\n", "}", "{", ";", "a", "'a", "\"a", "'a'", "upstream",
    "upstream u {", "upstream u { server 127.0.0.1;", "upstream u { server 127.0.0.1; } }",
    "upstream u { server 127.0.0.1 }", "upstream u{server 127.0.0.1;}",
    "upstream u{server 127.0.0.1;}#", "\"upstream\" 'u' {server \"127.0.0.1\";}",
    "upstream \"u\"{server 127.0.0.1;}", "upstream \"u\"v {server 127.0.0.1;}",
    "upstream 'u'\"v\" {server 127.0.0.1;}", "upstream \"u\") {server 127.0.0.1;}",
    "upstream \"u\"#{server 127.0.0.1;}", "upstream u#{server 127.0.0.1;}",
    "upstream u #{\n{server 127.0.0.1;}", "upstream u} {server 127.0.0.1;}",
    "upstream u\\ v {server 127.0.0.1;}", "upstream u\\{ {server 127.0.0.1;}",
    "upstream u\\", "upstream u {server 127.0.0.1\\;}", "upstream u {server 127.0.0.1;\\}",
    "upstream u${ {server 127.0.0.1;}", "upstream $ {server 127.0.0.1;}",
    "upstream ${a} {server 127.0.0.1;}", "upstream ${{{a} {server 127.0.0.1;}",
    "upstream \"${a\" {server 127.0.0.1;}", "upstream \"a\\\"b\" {server 127.0.0.1;}",
    "upstream \"a\nb\" {server 127.0.0.1 x;}", "upstream 'a\nb\n {server 127.0.0.1 x;}",
    "upstream u { server 127.0.0.1 \"down\"; }", "upstream u { server 127.0.0.1 \"down; }",
    "upstream u { server 127.0.0.1 do\\wn; }", "upstream u { server 127.0.0.1 \"do\\wn\"; }",
    "upstream u { server 127.0.0.1 'a\\tb\\nc\\rd\\\\e\\'f\\\"g\\h'; }",
    "upstream u\t{\r\n\tserver\t127.0.0.1\t;\r\n}\r\n", "upstream u {\u{0B}server 127.0.0.1;}",
    "\u{FEFF}upstream u { server 127.0.0.1; }", "upstream u { server\u{A0}127.0.0.1; }",
    "upstream u { server 127.0.0.1;; }", "upstream u { ; server 127.0.0.1; }",
    "upstream u { server 127.0.0.1; } ;", "upstream u { { server 127.0.0.1; } }",
    "upstream u { server 127.0.0.1; # a } \n }", "upstream u { server 127.0.0.1; # a }",
    "upstream u { server # a\n 127.0.0.1 # b;\n ; }", "upstream u { server 127.0.0.1#80; }",
    "upstream u\n{\n\nserver 127.0.0.1\n\n\n'x'y;\n}",
    "upstream u { server 127.0.0.1 \"down\"\"x\"; }",
  ]

  /// Texts at the edge of nginx's buffer, and bytes that are no UTF-8.
  private static let bytes: [Case] =
    [4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 9000].flatMap { count in
      let long = String(repeating: "a", count: count)
      return [
        "#\(long)\nupstream u { server 127.0.0.1; }", "upstream u { server 127.0.0.1; } #\(long)",
        "upstream \(long) { server 127.0.0.1; }", "upstream \(long){ server 127.0.0.1; }",
        "upstream \"\(long)\" { server 127.0.0.1; }", "upstream '\(long)'{ server 127.0.0.1; }",
        "\nupstream u { hash \(long); server 127.0.0.1; server 127.0.0.2; }",
        "\n\nupstream u { hash \"\(long)", "\n\nupstream u { hash \(long)",
        String(repeating: "\n", count: count) + "upstream u { server 127.0.0.1 x; }",
      ].map { Case(context: .http, bytes: Array($0.utf8)) }
    }
    + [
      Array("upstream u { server unix:/\u{0}a; }".utf8), [0], [0xFF, 0xFE],
      Array("upstream u { server unix:/".utf8) + [0xFF, 0x80] + Array("; }".utf8),
      Array("upstream ".utf8) + [0xE9] + Array(" { server 127.0.0.1; }".utf8),
      Array("upstream u { server 127.0.0.1 down\u{0}x; }".utf8),
      Array("upstream u { server 127.0.0.1 weight=2\u{0}; }".utf8),
    ].map { Case(context: .http, bytes: $0) }

  private static func both(_ texts: [String], _ wrap: (String) -> String) -> [Case] {
    texts.flatMap { text in
      NginxContext.allCases.map { Case(context: $0, bytes: Array(wrap(text).utf8)) }
    }
  }
}
