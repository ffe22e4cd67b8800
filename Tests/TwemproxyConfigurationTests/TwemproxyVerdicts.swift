/// Configurations, good and bad, on which this library and twemproxy must agree.
enum TwemproxyVerdicts {
  static let all: [String] = servers + directives + shapes + pools

  /// A pool with an item of `servers`.
  private static let servers: [String] = [
    "127.0.0.1:80:1", "127.0.0.1:80:1 a", "127.0.0.1:80", "127.0.0.1", "127.0.0.1:80:0",
    "127.0.0.1:80:-1", "127.0.0.1:80:1.5", "127.0.0.1:80:", "127.0.0.1::1", "127.0.0.1:0:1",
    "127.0.0.1:65535:1", "127.0.0.1:65536:1", "127.0.0.1:080:1", "127.0.0.1:80:01", ":80:1",
    "127.0.0.1:a:1", "127.0.0.1:80:a", "127.0.0.1:80:1 a b", "127.0.0.1:80:1  a",
    "\"127.0.0.1:80:1 \"", "::1:80:1", "[::1]:80:1", "/run/a.sock:1", "/run/a.sock:1 a",
    "/run/a.sock", "/run/a:b.sock:1", "/run/a.sock:0", "/:1", "/a b:1", "\"\"", "\" \"", "a",
    "example.com:11211:1", "127.0.0.1:80:2147483647", "127.0.0.1:80:2147483648",
    "127.0.0.1:80:4294967296", "127.0.0.1:80:4294967297", "127.0.0.1:4294967297:1",
    "127.0.0.1:80:99999999999999999999", "127.0.0.1:80:1 käse", "\"127.0.0.1:80:1\\ta\"",
    "127.0.0.1:80:1 #a", "'127.0.0.1:80:1 #a'", "+1:80:1", "127.0.0.1:+80:1", "null", "~",
  ].map { "a:\n  listen: 127.0.0.1:1\n  servers:\n   - \($0)\n" }

  /// A pool with another line.
  private static let directives: [String] =
    [
      "hash: md5", "hash: MD5", "hash: crc32a", "hash: crc", "hash: murmur3", "hash:", "hash: ~",
      "hash: jenkins", "hash: one_at_a_time", "hash: hsieh", "hash: crc16", "hash: fnv1_64",
      "hash: fnv1a_64", "hash: fnv1_32", "hash: fnv1a_32", "hash: crc32", "hash: murmur",
      "hash: random", "distribution: ketama", "distribution: modula", "distribution: random",
      "distribution: modulo", "distribution: Ketama", "distribution: \"ketama\"",
      "hash_tag: \"{}\"", "hash_tag: ab", "hash_tag: a", "hash_tag: abc", "hash_tag: \"\"",
      "hash_tag: é", "hash_tag: \"$$\"", "timeout: 400", "timeout: -1", "timeout: 4s", "timeout:",
      "timeout: 2147483648", "timeout: 0", "timeout: 1.5", "timeout: \"400\"", "backlog: 1024",
      "client_connections: 5", "redis: true", "redis: false", "redis: yes", "redis: True",
      "redis: 1", "redis:", "redis: \"true\"", "redis_auth: x", "redis_auth:",
      "redis: true\n  redis_auth: x", "redis_auth: x\n  redis: true", "redis: true\n  redis_auth:",
      "redis: false\n  redis_auth: x", "redis_db: 1",
      "redis_db: -1", "preconnect: true", "preconnect: on", "auto_eject_hosts: false",
      "auto_eject_hosts: no", "server_connections: 0", "server_connections: 2",
      "server_connections: 00", "server_retry_timeout: 0", "server_failure_limit: 1",
      "server_failure_limit: x", "tcpkeepalive: true", "tcpkeepalive: 1", "reuse_port: true",
      "listen: 127.0.0.1:2", "hashes: md5", "Hash: md5", "\"hash\": md5", "name: a", "weights: 1",
      "hash: md5\n  hash: md5", "timeout: 1\n  timeout: 2", "servers: 127.0.0.1:99:1",
      "backlog:\n   - 5", "hash:\n    a: b", "hash: !!str md5", "hash: &a md5", "hash: *a",
      "hash: [md5]", "hash: {}", "hash: \"md5\" # text", "? hash\n  : md5", "hash: |\n    md5",
    ].flatMap { line in
      [
        "a:\n  listen: 127.0.0.1:1\n  \(line)\n  servers:\n   - 127.0.0.1:80:1\n",
        "a:\n  listen: 127.0.0.1:1\n  servers:\n   - 127.0.0.1:80:1\n  \(line)\n",
      ]
    }
    + [
      "127.0.0.1:1", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:", ":1", "1",
      "0.0.0.0:22121", "/tmp/a.sock", "/tmp/a.sock 0666", "/tmp/a.sock 777", "/tmp/a.sock 1777",
      "/tmp/a.sock x", "/tmp/a.sock 8", "/tmp/a.sock 0", "\"\"",
      "\"::1:1\"", "\"[::1]:1\"", "\"*:1\"", "localhost:1",
    ].map { "a:\n  listen: \($0)\n  servers:\n   - 127.0.0.1:80:1\n" }

  private static let good = "  listen: 127.0.0.1:1\n  servers:\n   - 127.0.0.1:80:1\n"

  private static let shapes: [String] = [
    "", "\n", "# nothing\n", "a\n", "a:\n", "a: b\n", "- a\n", "a:\n - b\n", "{}\n", "a: {}\n",
    "a:\n  b: c\n", "a:\n  listen: 127.0.0.1:1\n", "a:\n  servers:\n   - 127.0.0.1:80:1\n",
    "a:\n  listen: 127.0.0.1:1\n  servers:\n", "a:\n  listen: 127.0.0.1:1\n  servers: []\n",
    "a:\n" + good, "---\na:\n" + good, "a:\n" + good + "...\n", "a:\n" + good + "---\nb: c\n",
    "%YAML 1.1\n---\na:\n" + good, "a: &x\n" + good, "a: !x\n" + good, "\"a\":\n" + good,
    "a:\n\tlisten: 127.0.0.1:1\n", "a:\n  listen: 127.0.0.1:1\n servers:\n   - 127.0.0.1:80:1\n",
    "a:\n  listen: 127.0.0.1:1\n  servers:\n  - 127.0.0.1:80:1\n", "a:\n" + good + "b: c\n",
    "a:\n  b:\n    c: d\n" + good, "a:\n  listen: 127.0.0.1:1\n  servers:\n   - a: b\n",
    "a:\n  listen: 127.0.0.1:1\n  servers:\n   - - 127.0.0.1:80:1\n",
    "a:\n  listen: 127.0.0.1:1\n  servers:\n   - 127.0.0.1:80:1\n  hash:\n   - md5\n",
    "a:\n  servers:\n   - 127.0.0.1:80:1\n  listen:\n   - 127.0.0.1:1\n",
    "a:\n  hash: \"md5\n" + good, "alpha:\n" + good, "pools:\n  a:\n    listen: 127.0.0.1:1\n",
  ]

  private static let pools: [String] =
    [
      ("127.0.0.1:1", "127.0.0.1:2", "a", "b"), ("127.0.0.1:1", "127.0.0.1:1", "a", "b"),
      ("127.0.0.1:1", "127.0.0.1:2", "a", "a"), ("127.0.0.1:1", "0.0.0.0:1", "a", "A"),
      ("/tmp/a", "/tmp/a", "a", "b"), ("127.0.0.1:1", "127.0.0.1:01", "a", "b"),
    ].map { one, two, a, b in
      "\(a):\n  listen: \(one)\n  servers:\n   - 127.0.0.1:80:1\n"
        + "\(b):\n  listen: \(two)\n  servers:\n   - 127.0.0.1:80:1\n"
    }
    + [
      ["127.0.0.1:80:1", "127.0.0.1:80:1"], ["127.0.0.1:80:1", "127.0.0.1:80:2"],
      ["127.0.0.1:80:1 a", "127.0.0.1:80:1 b"], ["127.0.0.1:80:1 a", "127.0.0.2:80:1 a"],
      ["127.0.0.1:11211:1", "127.0.0.1:11211:1"], ["127.0.0.1:11211:1", "127.0.0.1:80:1"],
      ["127.0.0.1:11211:1", "127.0.0.2:80:1 127.0.0.1"], ["127.0.0.1:80:1", "127.0.0.1:080:1"],
      ["/a:1", "/a:2"], ["/a:1", "/b:1"], ["/a:1", "127.0.0.1:80:1 /a:"],
      ["127.0.0.1:80:1", "127.0.0.2:80:1 127.0.0.1:80"], ["a:80:1 b", "b:80:1"],
    ].map { servers in
      "a:\n  listen: 127.0.0.1:1\n  servers:\n" + servers.map { "   - \($0)\n" }.joined()
    }
}
