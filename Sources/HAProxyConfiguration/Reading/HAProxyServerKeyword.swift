/// The words that `server` lines may have, and how many arguments each takes.
///
/// The reader needs them to tell words from arguments: `cookie backup` is not a backup. The words of 2.6
/// are those of `haproxy -dKsrv`, and newer ones are those of the documentation.
enum HAProxyServerKeyword {
  /// The number of arguments, and the version that brought the word.
  struct Rule {
    let arguments: Int
    let since: HAProxyVersion
  }

  /// The rule for a word; nil for one that the version does not know.
  static func rule(for word: ArraySlice<UInt8>, _ version: HAProxyVersion) -> Rule? {
    let word = String(decoding: word, as: UTF8.self)
    // The type of the field is a part of the word: set-proxy-v2-tlv-fmt(0x20).
    let isField = word.utf8.starts(with: "set-proxy-v2-tlv-fmt(".utf8)
    guard let rule = rules[isField ? "set-proxy-v2-tlv-fmt" : word], version >= rule.since else {
      return nil
    }
    return rule
  }

  private static let rules: [String: Rule] = {
    var rules: [String: Rule] = [:]
    func add(_ words: String, arguments: Int, since: HAProxyVersion = HAProxyVersion(0, 0)) {
      for word in words.split(separator: " ") {
        rules[String(word)] = Rule(arguments: arguments, since: since)
      }
    }
    add(
      """
      addr agent-addr agent-inter agent-port agent-send alpn ca-file check-alpn check-proto \
      check-sni ciphers ciphersuites cookie crl-file crt downinter error-limit fall fastinter id \
      init-addr inter log-proto max-reuse maxconn maxqueue minconn namespace npn observe on-error \
      on-marked-down on-marked-up pool-low-conn pool-max-conn pool-purge-delay port proto \
      proxy-v2-options redir resolve-net resolve-opts resolve-prefer resolvers rise slowstart sni \
      socks4 ssl-max-ver ssl-min-ver tcp-ut track verify verifyhost weight ws
      """, arguments: 1)
    add(
      """
      agent-check allow-0rtt backup check check-send-proxy check-ssl check-via-socks4 disabled \
      enabled force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-agent-check \
      no-backup no-check no-check-send-proxy no-check-ssl no-send-proxy no-send-proxy-v2 \
      no-send-proxy-v2-ssl no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 no-tfo \
      no-tls-tickets no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13 non-stick send-proxy send-proxy-v2 \
      send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl ssl-reuse stick tfo tls-tickets
      """, arguments: 0)
    // Followed by an address, and then by `usesrc` and `interface` with one argument each.
    add("source", arguments: 1)
    add(
      "curves sigalgs client-sigalgs shard log-bufsize set-proxy-v2-tlv-fmt", arguments: 1,
      since: HAProxyVersion(2, 7))
    add("guid hash-key pool-conn-name", arguments: 1, since: HAProxyVersion(3, 0))
    add("init-state", arguments: 1, since: HAProxyVersion(3, 1))
    add("renegotiate no-renegotiate", arguments: 0, since: HAProxyVersion(3, 1))
    add("idle-ping check-pool-conn-name cc", arguments: 1, since: HAProxyVersion(3, 2))
    add(
      "strict-maxconn no-strict-maxconn check-reuse-pool no-check-reuse-pool", arguments: 0,
      since: HAProxyVersion(3, 2))
    add("tcp-md5sig quic-cc-algo ktls", arguments: 1, since: HAProxyVersion(3, 3))
    add(
      "sni-auto no-sni-auto check-sni-auto no-check-sni-auto", arguments: 0,
      since: HAProxyVersion(3, 3))
    return rules
  }()
}
