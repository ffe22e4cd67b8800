import Configurations
import Foundation
import NginxConfiguration

/// Every configuration that the tests know, with variants whose upstreams hash a key.
struct NginxCorpus {
  struct Item {
    let files: [String: [UInt8]]
    let place: NginxReader.Place

    var text: String { String(decoding: files["/0.conf"] ?? [], as: UTF8.self) }
  }

  let items: [Item]

  /// Collects the configurations.
  ///
  /// - Parameter seed: The seed of the generated ones.
  init(seed: UInt64) throws {
    var items = NginxVerdicts.all.flatMap { item in
      Self.variants(item.bytes).map { Item(files: ["/0.conf": $0], place: .inside(item.context)) }
    }
    items += Self.texts.map { Item(files: ["/0.conf": Array($0.utf8)], place: .inside(.http)) }
    items += NginxMutations.originals.map { Item(files: ["/0.conf": $0], place: .main) }
    var mutations = NginxMutations(seed: seed)
    for _ in 0..<500 {
      let bytes = mutations.next(damage: 2)
      items.append(Item(files: ["/0.conf": bytes], place: .inside(.http)))
    }
    items += try Self.seeds()
    var generator = NginxGenerator(seed: seed)
    for number in 0..<1500 {
      let context: NginxContext = number % 3 == 0 ? .stream : .http
      items.append(
        Item(
          files: ["/0.conf": Array(generator.next(in: context).utf8)], place: .inside(context)))
    }
    self.items = items
  }

  /// A text, and the same with methods that hash.
  private static func variants(_ bytes: [UInt8]) -> [[UInt8]] {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes), text.contains("upstream u {") else { return [bytes] }
    return [
      bytes,
      Array(
        text.replacing(
          "upstream u {", with: "upstream u { hash $arg_x consistent;", maxReplacements: 1
        )
        .utf8),
      Array(
        text.replacing("upstream u {", with: "upstream u { hash $remote_addr;", maxReplacements: 1)
          .utf8),
      Array(text.replacing(#/}\s*$/#, with: " ip_hash; }").utf8),
      Array(text.replacing(#/}\s*$/#, with: "\n hash $remote_addr$server_port; }").utf8),
    ]
  }

  /// The inputs that fuzzing begins with, as `FuzzNginxReader` reads them.
  private static func seeds() throws -> [Item] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Fuzz/Seeds/nginx-reader").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.compactMap { name in
      let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
      guard let first = bytes.first else { return nil }
      let texts = bytes.dropFirst().split(
        separator: 0x1E, maxSplits: 3, omittingEmptySubsequences: false)
      var files: [String: [UInt8]] = [:]
      for (number, text) in texts.enumerated() { files["/\(number).conf"] = Array(text) }
      let places: [NginxReader.Place] = [
        .main, .inside(.http), .inside(.stream), .inside(.http),
      ]
      return Item(files: files, place: places[Int(first & 3)])
    }
  }

  /// Configurations with everything that an upstream may have.
  static let texts = [
    """
    resolver 127.0.0.53 valid=30s;
    resolver_timeout 5s;
    upstream whole {
      zone whole 256k;
      hash "$scheme://$host$request_uri" consistent;
      sticky cookie srv_id expires=1h domain=.example.com path=/;
      server 10.0.0.1:8080 weight=5 max_fails=3 fail_timeout=30s max_conns=100;
      server 10.0.0.2:8080 max_fails=0 route=b drain;
      server 10.0.0.3:8080 down;
      server web.example.com resolve service=http;
      server unix:/run/web.sock max_conns=0 weight=1;
      server 10.0.0.1:8080;
      keepalive 32;
      keepalive_requests 100;
      keepalive_time 1h;
      keepalive_timeout 60s;
    }
    """,
    """
    upstream spare { server 10.0.0.1 weight=2; server 10.0.0.2 backup max_fails=2; server 10.0.0.3 backup down;
      hash $cookie_sid; keepalive 8 local; }
    upstream first { zone shared; server a; ip_hash; }
    upstream second { zone shared 64k; zone shared; hash $http_X_User; server a:1; server b:2; }
    upstream own { zone own 64k; resolver 127.0.0.1 ipv6=off; hash ""; server a resolve; }
    """,
    """
    split_clients "${remote_addr}AAA" $variant { 0.5% one; 2.0% two; * ""; }
    split_clients $remote_addr $half { 50% 10.0.0.1:80; 50% 10.0.0.2:80; }
    split_clients $remote_addr $none { 50% 10.0.0.1:80; 50% 10.0.0.2:80; * ""; }
    split_clients $cookie_sid $three { 33.33% a; 33.33% a; * b; }
    split_clients $arg_x $odd { 5.% a; .5% b; 05.50% c; }
    split_clients $arg_x $again { 5% a; } split_clients $arg_x $again { 6% a; }
    """,
    "upstream u { hash $arg_x; server a slow_start=30s; queue 10 timeout=5s; ntlm; check interval=3000; }",
    "upstream u { hash 'a\\'b\\t\"c\"\\\\ $arg_x'; zone \"a b;{}\" 64k; server unix:/a$b; }",
  ]
}

/// Makes up configurations that nginx accepts: the same ones for the same seed.
struct NginxGenerator {
  private var random: NginxMutations

  init(seed: UInt64) { random = NginxMutations(seed: seed) }

  private mutating func one(of texts: [String]) -> String {
    texts[random.random(below: texts.count)]
  }

  /// Some of the texts, each as often as not, in an order of their own.
  private mutating func some(of texts: [String]) -> [String] {
    var chosen = texts.filter { _ in random.random(below: 3) == 0 }
    for position in chosen.indices.dropFirst() {
      chosen.swapAt(position, random.random(below: position + 1))
    }
    return chosen
  }

  /// The next configuration, for the inside of a context.
  mutating func next(in context: NginxContext) -> String {
    random.random(below: 4) == 0 ? split(in: context) : upstream(in: context)
  }

  private mutating func key(in context: NginxContext) -> String {
    let keys = [
      "$remote_addr", "$remote_addr$server_port", "${remote_addr}-x", "\"$remote_addr b\"", "a",
    ]
    let more = [
      "$cookie_sid", "${arg_user}", "$http_x_user_id", "$http_X_A", "$request_uri",
      "$uri$is_args$args",
      "$binary_remote_addr", "$cookie_a-b", "'$host \\\\$1 \"'",
    ]
    return one(of: context == .http ? keys + more : keys)
  }

  private mutating func upstream(in context: NginxContext) -> String {
    let isHTTP = context == .http
    let key = key(in: context)
    var methods = ["hash \(key);", "hash \(key) consistent;"]
    if isHTTP { methods.append("ip_hash;") }
    let method = one(of: methods)
    let isLast = random.random(below: 2) == 0
    var lines = isLast ? [] : [method]
    lines += some(of: ["zone z\(random.random(below: 9)) \(one(of: ["64k", "1m", "32768"]));"])
    var parameters = [
      "weight=\(1 + random.random(below: 9))", "max_fails=\(random.random(below: 4))",
      "fail_timeout=\(one(of: ["10", "30s", "1m30s", "'1m 30s'"]))",
      "max_conns=\(random.random(below: 100))", "down",
    ]
    if isHTTP { parameters += ["drain", "route=r\(random.random(below: 9))"] }
    if isLast { parameters.append("backup") }
    for number in 0...random.random(below: 5) {
      let address = one(of: [
        "10.0.0.\(number):80", "[2001:db8::\(number)]:8080", "h\(number).example.com:443",
        "unix:/run/\(number).sock", "10.0.0.1:80",
      ])
      lines.append((["server", address] + some(of: parameters)).joined(separator: " ") + ";")
    }
    lines.append("server 10.9.9.9:1;")
    if isLast { lines.append(method) }
    if isHTTP {
      lines += some(of: [
        "keepalive \(1 + random.random(below: 64));", "keepalive_requests 1000;",
        "keepalive_time 1h;", "keepalive_timeout 60s;",
        "sticky cookie s\(random.random(below: 9)) expires=1h;",
      ])
    }
    return "upstream u\(random.random(below: 100)) {\n  \(lines.joined(separator: "\n  "))\n}\n"
  }

  private mutating func split(in context: NginxContext) -> String {
    var lines: [String] = []
    var left = 10_000
    for number in 0...random.random(below: 4) {
      let part =
        random.random(below: 2) == 0 ? 100 * random.random(below: 30) : random.random(below: 2000)
      guard part > 0, part <= left else { continue }
      left -= part
      let text =
        part % 100 == 0
        ? "\(part / 100)" : "\(part / 100).\(part % 100 < 10 ? "0" : "")\(part % 100)"
      lines.append("\(text)% \(one(of: ["10.0.0.\(number):80", "app", "web-\(number)"]));")
    }
    switch random.random(below: 4) {
    case 0: lines.append("* app;")
    case 1: lines.append("* \"\";")
    case 2 where left > 0:
      lines.append("\(left / 100).\(left % 100 < 10 ? "0" : "")\(left % 100)% rest;")
    default: break
    }
    return
      "split_clients \(key(in: context)) $v\(random.random(below: 100)) {\n  \(lines.joined(separator: "\n  "))\n}\n"
  }
}
