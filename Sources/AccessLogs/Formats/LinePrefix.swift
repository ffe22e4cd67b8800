/// What another program writes before each line of a log.
package enum LinePrefix: Hashable, Sendable {
  case none
  /// syslog, journald: `Feb  6 12:14:14 web1 nginx: `, `<190>Feb  6 12:14:14 web1 nginx[14389]: `.
  case syslog
  /// Docker Compose: `web-1  | `.
  case compose
  /// The container runtimes of Kubernetes: `2026-02-06T12:14:14.123456789Z stdout F `.
  case container
  /// `kubectl logs --prefix`: `[pod/web-1/nginx] `.
  case pod
  /// One word, such as the host and port of Apache's `vhost_combined`.
  case word
  /// What syslog writes before a line of HAProxy, `Feb  6 12:14:14 lb1 haproxy[14389]: `, or nothing.
  case haproxy

  /// Those that are looked for, in this order.
  static let guessed: [LinePrefix] = [.none, .syslog, .compose, .container, .pod, .word]

  /// What is said about lines with it; empty for those that need no word.
  package var remark: String {
    switch self {
    case .none, .haproxy: ""
    case .syslog: " behind a prefix of syslog"
    case .compose: " behind a prefix of Docker Compose"
    case .container: " behind a prefix of a container runtime"
    case .pod: " behind the name of a pod"
    case .word: " behind a word"
    }
  }

  /// No prefix is longer.
  private static let longest = 200

  private static let haproxyEnds = [Array("]: ".utf8), Array("haproxy: ".utf8)]
  private static let syslogEnds = [Array(": ".utf8)]
  private static let composeEnds = [Array(" | ".utf8)]
  private static let containerEnds = [Array(" stdout F ".utf8), Array(" stderr F ".utf8)]
  private static let podEnds = [Array("] ".utf8)]
  private static let wordEnds = [Array(" ".utf8)]

  /// The length of the prefix; 0 if the line has none.
  func length(in line: Span<UInt8>) -> Int {
    switch self {
    case .none: 0
    // HAProxy's own lines have no such text in their first part.
    case .haproxy: Self.end(of: Self.haproxyEnds, in: line)
    case .syslog: Self.end(of: Self.syslogEnds, in: line)
    case .compose: Self.end(of: Self.composeEnds, in: line)
    case .container: Self.end(of: Self.containerEnds, in: line)
    case .pod: line.hasBytes([UInt8(ascii: "[")], at: 0) ? Self.end(of: Self.podEnds, in: line) : 0
    case .word: Self.end(of: Self.wordEnds, in: line)
    }
  }

  private static func end(of ends: [[UInt8]], in line: Span<UInt8>) -> Int {
    let head = line.extracting(0..<min(line.count, longest))
    var first = 0
    for end in ends {
      guard let found = head.firstIndex(of: end, from: 0) else { continue }
      first = first == 0 ? found + end.count : min(first, found + end.count)
    }
    return first
  }
}
