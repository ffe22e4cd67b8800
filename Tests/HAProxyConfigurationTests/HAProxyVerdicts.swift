/// Configurations, good and bad, on which this library and HAProxy must agree.
enum HAProxyVerdicts {
  static let all: [String] =
    lines.map { "backend b\n \($0)\n" }
    + addresses.map { "backend b\n server a \($0)\n" }
    + serverWords.map { "backend b\n server a 127.0.0.1:1 \($0)\n" }
    + serverWords.filter { !$0.hasPrefix("id") && !$0.hasPrefix("source") && $0 != "foo" }
    .map { "backend b\n default-server \($0)\n server a 127.0.0.1:1\n" }
    + templates.map { "backend b\n server-template \($0)\n" } + files + long

  /// Lines of a backend.
  private static let lines = [
    "balance", "balance roundrobin", "balance static-rr", "balance leastconn", "balance first",
    "balance source", "balance source foo", "balance roundrobin foo bar", "balance foo",
    "balance URI", "balance ''", "balance uri", "balance uri whole", "balance uri path-only",
    "balance uri len 5", "balance uri depth 2 len 3 whole path-only", "balance uri len",
    "balance uri len 0", "balance uri len -3", "balance uri len 3x", "balance uri len x",
    "balance uri depth 99999999999", "balance uri depth 0", "balance uri foo",
    "balance uri len 99999999999999999999", "balance url_param", "balance url_param ''",
    "balance url_param a", "balance url_param a b", "balance url_param a check_post",
    "balance url_param a check_post 5 6", "balance hdr", "balance hdr()", "balance hdr(a",
    "balance hdr(a)", "balance hdr(a) foo", "balance hdr(a) use_domain_only",
    "balance hdr(a)x use_domain_only foo", "balance hdr a", "balance random", "balance random(3)",
    "balance random(0)", "balance random()", "balance random(2x)", "balance random(2",
    "balance random(-3)", "balance random(010)", "balance random(0x3)", "balance random(3)y",
    "balance randomx", "balance random( 3)", "balance rdp-cookie", "balance rdp-cookie(",
    "balance rdp-cookie()", "balance rdp-cookie(a)", "balance rdp-cookiex", "balance hash",
    "balance hash src", "balance hash src foo", "balance hash ''", "balance sticky",
    "balance log-hash x", "no balance source", "hash-type", "hash-type ''", "hash-type foo",
    "hash-type avalanche", "hash-type consistent", "hash-type map-based",
    "hash-type consistent sdbm", "hash-type consistent djb2", "hash-type map-based wt6",
    "hash-type map-based crc32", "hash-type consistent none", "hash-type consistent foo",
    "hash-type consistent avalanche", "hash-type consistent sdbm avalanche",
    "hash-type consistent sdbm foo", "hash-type consistent sdbm avalanche x",
    "hash-type consistent '' foo", "hash-type Consistent", "hash-type consistent SDBM",
    "hash-balance-factor", "hash-balance-factor 0", "hash-balance-factor 1",
    "hash-balance-factor 100", "hash-balance-factor 101", "hash-balance-factor 150x",
    "hash-balance-factor x", "hash-balance-factor -5", "hash-balance-factor 99999999999",
    "hash-balance-factor 150 6", "hash-preserve-affinity always", "option", "option ''",
    "option allbackups", "option allbackups x", "no option allbackups", "no option allbackups x",
    "default option allbackups", "default option redispatch", "option redispatch",
    "option redispatch 1", "option redispatch x", "option redispatch 1 2",
    "no option redispatch 1 2", "default option", "no option", "default foo", "no",
    "no server a 127.0.0.1:1",
    "mode http", "mode tcp", "mode", "mode tcp x", "mode health", "mode foo", "mode log",
    "mode spop", "mode HTTP", "disabled", "enabled", "enabled x", "disabled x", "server",
    "server ''",
    "server a", "server a ''", "server '' 127.0.0.1:1", "server a/b 127.0.0.1:1",
    "server a:b 127.0.0.1:1", "server a_b.c-d 127.0.0.1:1", "server ä 127.0.0.1:1",
    "server 'a b' 127.0.0.1:1", "server a,b 127.0.0.1:1", "server a$b 127.0.0.1:1",
    "server a#b 127.0.0.1:1", "server a\\x00b 127.0.0.1:1", "default-server", "default-server foo",
    "default-server 127.0.0.1:1", "default-server id 3", "default-server id",
  ]

  private static let addresses = [
    "127.0.0.1", "127.0.0.1:80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:+80", "127.0.0.1:-80",
    "127.0.0.1:+x", "127.0.0.1:65535", "127.0.0.1:65536", "127.0.0.1:99999999999", "127.0.0.1:8a",
    "127.0.0.1:x", "127.0.0.1:80-90", "127.0.0.1:80:", "127.0.0.1:80:90", ":80", "*:80", "*", ":",
    "0.0.0.0:80", "::1:80", "[::1]:80", "[::1]", "::1", "[::1]80", "[::1", "[:::80",
    "[127.0.0.1]:80",
    "[1:2:3:4:5:6:7:8]:1", "1:2:3:4:5:6:7:8:1", "[::1.2.3.4]:1", "@", "127.0.0.1/8", "127.0.0.1,1",
    "' '", "unix@/a", "unix@", "unix@x", "uxst@/x", "uxdg@/x", "/a/b", "/", "abns@x", "abns@",
    "ip@127.0.0.1:1", "ipv4@127.0.0.1:1", "ipv6@::1:1", "ipv6@[::1]:1", "tcp@127.0.0.1:1",
    "tcp4@127.0.0.1:1", "stream+ipv4@127.0.0.1:1", "dgram+ipv4@127.0.0.1:1", "udp@127.0.0.1:1",
    "quic4@127.0.0.1:1", "fd@3", "unix:/a", "/" + String(repeating: "x", count: 96),
    "/" + String(repeating: "x", count: 97), "unix@/" + String(repeating: "x", count: 120),
    "::: init-addr none", "@x init-addr none", "\"127.0.0.1\":'1'", "'127.0.0.1:1 '", "rhttp@",
  ]

  private static let serverWords = [
    "weight", "weight 0", "weight 1", "weight 256", "weight 257", "weight -1", "weight 1x",
    "weight x", "weight +5", "weight ' 5'", "weight ' -5'", "weight 99999999999",
    "weight 4294967297", "weight 99999999999999999999", "weight -99999999999999999999",
    "weight 0x10", "WEIGHT 2", "weight 5 weight 300", "weight \"2\"'3'", "weight 2#0",
    "weight 2 #weight 300", "weight 3 '' weight 300", "id", "id 0", "id -1", "id 1", "id x",
    "id 5x", "id 2147483647", "id 2147483648", "id 4294967297", "id 99999999999999999999",
    "id 1 id 2", "backup", "backup backup", "no-backup", "backup no-backup", "disabled", "enabled",
    "disabled enabled", "guid x", "hash-key id", "hash-key addr", "strict-maxconn", "foo", "Backup",
    "backup=1", "check", "check inter 1s rise 2 fall 3", "cookie backup weight 300",
    "cookie weight",
    "maxconn 5 maxqueue 3", "maxconn", "slowstart 10s weight 3", "observe layer4",
    "on-marked-down shutdown-sessions weight 300", "proxy-v2-options ssl,cert-cn weight 300",
    "set-proxy-v2-tlv-fmt(0x20) x", "send-proxy weight 300", "source 0.0.0.0",
    "source 0.0.0.0 usesrc clientip weight 2", "source 0.0.0.0:80 interface lo weight 300",
    "source",
    "usesrc client", "source 127.0.0.1 foo", "init-addr none", "ws auto weight 257",
    "port 80 addr 127.0.0.1 weight 256", "\\#", "\\", "weight\\ 2", "weight \\x32", "weight \\x3",
    "weight \\x3g", "\"", "'", "\"$\"", "\"$1\"", "\"${A\"", "'${A'", "\"a'b\"",
    "weight \"${A[x]}\"", "weight 2\r weight 300", "weight 2 \r weight 300", "''",
  ]

  private static let templates = [
    "", "a", "a 2", "a 2 127.0.0.1:80", "a 2 127.0.0.1", "a 2-4 127.0.0.1:80", "a 2-2 127.0.0.1:80",
    "a 0 127.0.0.1:80", "a 4-2 127.0.0.1:80", "a -2 127.0.0.1:80", "a x 127.0.0.1:80",
    "a 2x 127.0.0.1:80", "a 2- 127.0.0.1:80", "a 2-3x 127.0.0.1:80", "a 0-1 127.0.0.1:80",
    "a x-3 127.0.0.1:80", "a 2--3 127.0.0.1:80", "a '' 127.0.0.1:80", "'' 2 127.0.0.1:80",
    "a/ 2 127.0.0.1:80", "a 2 127.0.0.1:80 weight 3", "a 2 127.0.0.1:80 weight 300",
    "a 2 127.0.0.1:99999", "a 2 127.0.0.1:80 guid x", "a 2-4 127.0.0.1:80 id 5",
    "a 2-4 127.0.0.1:80\n server a3 127.0.0.1:1", "a 2-4 127.0.0.1:80\n server a5 127.0.0.1:1",
    "a 2-4 127.0.0.1:80 id 5\n server b 127.0.0.1:1 id 5",
  ]

  private static let files = [
    "", "\n", "# a\n", "#a", "foo\n", "server a 127.0.0.1:1\n", "foo\nbackend b\n", "'' foo\n",
    "backend b\n \"\" foo\n", "no\n", "no backend b\n", "default x\n", "backend\n", "backend ''\n",
    "backend b foo\n", "backend b/c\n", "backend 'b c'\n", "Backend b\n", "\"backend\" b\n",
    "  backend b\n", "backend b from\n", "backend b from x\n", "backend from from x\n",
    "backend b from x y\n", "backend b x y\n", "listen l from\n", "listen l 127.0.0.1:1\n",
    "frontend l x\n", "backend b\nbackend b\n", "backend b\nlisten b\n", "backend b\nfrontend b\n",
    "listen b\nbackend b\n", "listen b\nfrontend b\n", "frontend b\nlisten b\n",
    "listen b\nlisten b\n", "backend b\nlisten b\nbackend b\n", "backend b\nbackend B\n",
    "defaults x\nbackend b from x\n", "defaults x\ndefaults x\nbackend b from x\n",
    "defaults x\ndefaults x\nbackend b\n", "defaults x\ndefaults y from x\nbackend b from y\n",
    "defaults from x\n", "defaults x y\n", "defaults x/y\n", "backend b from x\ndefaults x\n",
    "defaults\n balance foo\n", "defaults\n server a 127.0.0.1:1\n",
    "defaults\n server-template a 2 127.0.0.1:1\n", "defaults\n default-server weight 300\n",
    "defaults\n default-server weight 3 foo\n", "defaults\n hash-type consistent foo\n",
    "defaults\n hash-balance-factor 50\n", "frontend f\n balance source\n hash-type consistent\n",
    "frontend f\n balance foo\n", "frontend f\n hash-type foo\n",
    "frontend f\n server a 127.0.0.1:1\n", "frontend f\n default-server weight 3\n",
    "frontend f\n hash-balance-factor 50\n", "frontend f\n server-template a 2 127.0.0.1:1\n",
    "backend b\n server a 127.0.0.1:1\n server a 127.0.0.1:2\n",
    "backend b\n server a 127.0.0.1:1\n server A 127.0.0.1:2\n",
    "backend b\n disabled\n server a 127.0.0.1:1\n server a 127.0.0.1:2\n",
    "listen b\n server a 127.0.0.1:1\n server a 127.0.0.1:2\n",
    "backend b\n server a 127.0.0.1:1\n server b 127.0.0.1:1\n",
    "backend b\n server a 127.0.0.1:1 id 1\n server b 127.0.0.1:2 id 1\n",
    "backend b\n server a 127.0.0.1:1 id 1\nbackend c\n server b 127.0.0.1:2 id 1\n",
    "backend b\n server a 127.0.0.1:1 id 2\n server b 127.0.0.1:2\n server c 127.0.0.1:2 id 1\n",
    "backend b\n server a 127.0.0.1:1 id 2 foo\n server c 127.0.0.1:2 id 2\n",
    "backend b\n server a 127.0.0.1:1 weight 300\n server a 127.0.0.1:2\n",
    "backend b\n server a 127.0.0.1:1", "backend b\n server a 127.0.0.1:1\r\n", "backend b\r\n",
    "backend b\n\tserver\u{0B}a\u{0C}127.0.0.1:1\n", "backend b\n server a 127.0.0.1:1 \\\n300\n",
    "backend b\n s\"erv\"er 'a' 127.0.0.1:1\n", "\u{FEFF}backend b\n", "backend b\u{A0}c\n",
    "backend b\n server a 127.0.0.1:1 \u{0}weight 300\n", "backend b\n\u{0}\n", "\u{0}",
    "peers p\n server a 127.0.0.1:1\n", "ring r\n server a 127.0.0.1:1\n", "resolvers r\n",
    "cache c\n total-max-size 4\n", "http-errors h\n", "crt-store c\n", "log-profile l\n",
    "global\n maxconn 5\nbackend b\n", "log-forward l\n", "mailers m\n",
    ".if 0\n foo \"\n.endif\n", ".if 0\n foo\n.endif\n", ".if\n foo\n.endif\n",
    ".if 1\n foo\n.endif\n", ".if 2\nbackend b\n.else\nfoo\n.endif\n",
    ".if 1\nbackend b\n.elif 1\nfoo\n.else\nfoo\n.endif\n", ".if !0\nfoo\n.endif\n",
    ".if !1\nfoo\n.elif 1\nbackend b\n.endif\n", ".if 0\n.if x\n.endif\n.endif\n",
    ".if 1\n", ".if 0\n", ".endif\n", ".else\n", ".elif 1\n", ".foo\n", ".notice a\n", ".alert a\n",
    ".if 0\n.foo\n.endif\n", ".if 0\n.alert a\n.endif\n", "backend b\n .if 0\n foo\n .endif\n",
    ".if 0\nfoo\n.else\nfoo\n.endif\n",
    String(repeating: ".if 1\n", count: 40) + String(repeating: ".endif\n", count: 40),
    "defaults\n mode http\nbackend b\n balance uri\n server a 127.0.0.1:1\n",
    "backend b\n balance uri\n server a 127.0.0.1:1\n", "listen b\n balance hdr(a)\n",
    "defaults\n balance url_param a\nbackend b\n mode http\n server a 127.0.0.1:1\n",
  ]

  /// Lines at the edge of what HAProxy takes.
  private static let long =
    [60, 61, 62, 63, 64, 200].flatMap { count in
      ["", " ", " # a", "\r"].map {
        "backend b\n acl x src" + String(repeating: " 127.0.0.1", count: count) + $0 + "\n"
      }
    }
    + [2000, 2046, 2047, 2048, 2049, 5000, 70_000].map { count in
      "backend b\n # " + String(repeating: "x", count: count) + "\n server a 127.0.0.1:1"
        + String(repeating: " ", count: count) + "weight 300\n"
    }

  /// Configurations that HAProxy rejects and this library accepts, as it does not judge them: words
  /// of a section that decide nothing here, and arguments of other words on server lines.
  static let notJudged = [
    "global\n foo\n", "backend b\n foo\n", "backend b\n acl a\n", "backend b\n option foo\n",
    "backend b\n no option foo\n", "backend b\n balance hash foo\n server a 127.0.0.1:1\n",
    "backend b\n server a 127.0.0.1:1 inter x\n", "backend b\n server a 127.0.0.1:1 inter\n",
    "backend b\n server a 127.0.0.1:1 cookie\n", "backend b\n server a 127.0.0.1:1 track a\n",
    "backend b\n server a 127.0.0.1:1 ssl\n", "backend b\n server a 127.0.0.1:1 resolvers x\n",
    "backend b\n server a 127.0.0.1:1 source 127.0.0.1 usesrc\n",
    "backend b\n id 5\nbackend c\n id 5\n", "userlist u\n foo\n", "program p\n command x\n",
    "backend b\n server a sockpair@3\n",
  ]

  /// Configurations that need a newer HAProxy than Debian's 2.6.
  static let newer = [
    "backend b\n hash-type consistent none\n", "backend b\n hash-preserve-affinity always\n",
    "backend b\n server a 127.0.0.1:1 guid x\n", "backend b\n server a 127.0.0.1:1 hash-key addr\n",
    "backend b\n server a 127.0.0.1:1 strict-maxconn\n", "crt-store c\n", "log-profile l\n",
    "backend b\n mode log\n balance sticky\n", "backend b\n server a rhttp@\n",
    "backend b\n server a 127.0.0.1:1 set-proxy-v2-tlv-fmt(0x20) x\n",
  ]
}
