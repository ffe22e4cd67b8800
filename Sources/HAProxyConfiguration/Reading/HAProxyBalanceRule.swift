internal import ProxyProfiles

/// Reads the arguments of `balance` and `hash-type`, and rejects bad ones in HAProxy's words.
enum HAProxyBalanceRule {
  /// Why arguments are rejected.
  struct Rejected: Error {
    let message: String
  }

  /// The method of a backend without `balance`, or with a `balance` that has no arguments.
  static func standard(_ version: HAProxyVersion) -> HAProxyMethod {
    version >= HAProxyVersion(3, 3) ? .random(draws: 2) : .roundRobin
  }

  /// The method that the arguments of `balance` name.
  static func method(
    _ arguments: [HAProxyWord], _ version: HAProxyVersion
  ) throws(Rejected) -> HAProxyMethod {
    let words = arguments.map(\.characters)
    guard let first = words.first, !first.isEmpty else { return standard(version) }
    func argument(_ position: Int) -> ArraySlice<UInt8> {
      position < words.count ? words[position] : []
    }
    func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    switch text(first) {
    case "roundrobin": return .roundRobin
    case "static-rr": return .staticRoundRobin
    case "first": return .first
    case "leastconn": return .leastConnections
    case "source": return .source
    case "uri": return .uri(try uri(words.dropFirst()))
    case "url_param":
      guard !argument(1).isEmpty else {
        throw rejected("url_param requires an URL parameter name.")
      }
      guard argument(2).isEmpty || argument(2).elementsEqual("check_post".utf8) else {
        throw rejected(
          "url_param only accepts 'check_post' modifier (got '\(HAProxyText.shown(argument(2)))').")
      }
      return .urlParameter(text(argument(1)))
    case "hash" where version >= HAProxyVersion(2, 6):
      guard !argument(1).isEmpty else { throw rejected("hash requires a sample expression.") }
      guard argument(2).isEmpty else {
        throw rejected(
          "hash takes no other argument (got '\(HAProxyText.shown(argument(2)))').")
      }
      return .expression(text(argument(1)))
    case "log-hash" where version >= HAProxyVersion(2, 9):
      guard !argument(1).isEmpty else { throw rejected("log-hash requires a converter list.") }
      return .logHash(text(argument(1)))
    case "sticky" where version >= HAProxyVersion(2, 9): return .sticky
    case let word where word.utf8.starts(with: "random".utf8):
      return .random(draws: try draws(first.dropFirst(6)))
    case let word where word.utf8.starts(with: "hdr(".utf8):
      return try header(first, modifier: argument(1))
    case let word where word.utf8.starts(with: "rdp-cookie".utf8):
      return try rdpCookie(first.dropFirst(10))
    default:
      let added = version >= HAProxyVersion(2, 9) ? " 'hash'," : ""
      throw rejected(
        "only supports 'roundrobin', 'static-rr', 'leastconn', 'source', 'uri', 'url_param',\(added)"
          + " 'hdr(name)'"
          + (added.isEmpty
            ? " and 'rdp-cookie(name)' options."
            : ", 'rdp-cookie(name)', 'log-hash' and 'sticky' options."))
    }
  }

  private static func rejected(_ message: String) -> Rejected {
    Rejected(message: "balance \(message)")
  }

  private static func uri(_ words: ArraySlice<ArraySlice<UInt8>>) throws(Rejected) -> HAProxyURIPart
  {
    var rule = HAProxyURIPart()
    var words = words
    while let word = words.popFirst(), !word.isEmpty {
      switch String(decoding: word, as: UTF8.self) {
      case "len": rule.length = try positive("len", words.popFirst())
      case "depth": rule.depth = try positive("depth", words.popFirst())
      case "whole": rule.isWhole = true
      case "path-only": rule.isPathOnly = true
      default:
        throw rejected(
          "uri only accepts parameters 'len', 'depth', 'path-only', and 'whole' "
            + "(got '\(HAProxyText.shown(word))').")
      }
    }
    return rule
  }

  private static func positive(
    _ name: String, _ word: ArraySlice<UInt8>?
  ) throws(Rejected) -> Int {
    let number = HAProxyNumber.integer(word ?? [])
    guard number > 0 else {
      throw rejected(
        "uri : '\(name)' expects a positive integer (got '\(HAProxyText.shown(word ?? []))').")
    }
    return number
  }

  /// The number in `random(N)`, given the text after the word.
  private static func draws(_ rest: ArraySlice<UInt8>) throws(Rejected) -> Int {
    guard rest.first == UInt8(ascii: "("), rest.dropFirst().first != UInt8(ascii: ")") else {
      return 2
    }
    var number = rest.dropFirst().drop(while: HAProxyLexer.isSpace)
    let isNegative = number.first == UInt8(ascii: "-")
    if isNegative || number.first == UInt8(ascii: "+") { number = number.dropFirst() }
    let digits = number.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let end = number[digits.endIndex...].first else {
      throw rejected("random : missing closing parenthesis.")
    }
    // C also reads numbers to the base 16 here; nothing depends on what they are.
    if digits.elementsEqual("0".utf8), end | 0x20 == UInt8(ascii: "x") { return 2 }
    guard end == UInt8(ascii: ")") else {
      let shown = String(decoding: [end], as: UTF8.self)
      throw rejected("random : unexpected character '\(shown)' after argument.")
    }
    let draws = HAProxyNumber.integer(digits)
    guard draws >= 1, !isNegative else {
      throw rejected("random : number of draws must be at least 1.")
    }
    return draws
  }

  private static func header(
    _ word: ArraySlice<UInt8>, modifier: ArraySlice<UInt8>
  ) throws(Rejected) -> HAProxyMethod {
    guard let name = inParentheses(word.dropFirst(3)) else {
      throw rejected("hdr requires an http header field name.")
    }
    guard modifier.isEmpty || modifier.elementsEqual("use_domain_only".utf8) else {
      throw rejected(
        "\(HAProxyText.shown(word)) only accepts 'use_domain_only' modifier "
          + "(got '\(HAProxyText.shown(modifier))').")
    }
    return .header(name, domainOnly: !modifier.isEmpty)
  }

  private static func rdpCookie(_ rest: ArraySlice<UInt8>) throws(Rejected) -> HAProxyMethod {
    if rest.isEmpty { return .rdpCookie("mstshash") }
    guard rest.first == UInt8(ascii: "("), let name = inParentheses(rest) else {
      throw rejected("rdp-cookie : missing cookie name.")
    }
    return .rdpCookie(name)
  }

  /// The text between the first byte, a parenthesis, and the one that closes it.
  ///
  /// Nil if it is empty.
  private static func inParentheses(_ bytes: ArraySlice<UInt8>) -> String? {
    guard let close = bytes.firstIndex(of: UInt8(ascii: ")")), close > bytes.startIndex + 1 else {
      return nil
    }
    return String(decoding: bytes[(bytes.startIndex + 1)..<close], as: UTF8.self)
  }

  /// The type that the arguments of `hash-type` name.
  static func hashType(
    _ arguments: [HAProxyWord], _ version: HAProxyVersion
  ) throws(Rejected) -> HAProxyHashType {
    var type = HAProxyHashType()
    guard let first = arguments.first, first.isWord("consistent") || first.isWord("map-based")
    else {
      if arguments.first?.isWord("avalanche") == true {
        throw Rejected(
          message:
            "experimental feature 'hash-type avalanche' is not supported anymore, please use "
            + "'hash-type map-based sdbm avalanche' instead.")
      }
      throw Rejected(message: "'hash-type' only supports 'consistent' and 'map-based'.")
    }
    type.isConsistent = first.isWord("consistent")
    guard arguments.count > 1, !arguments[1].characters.isEmpty else { return type }
    let knowsNone = version > HAProxyVersion(2, 6)
    type.function = HAProxyKeyHash.Function.allCases.first { arguments[1].isWord($0.rawValue) }
    guard let function = type.function, knowsNone || function != .none else {
      throw Rejected(
        message: "'hash-type' only supports 'sdbm', 'djb2', 'crc32', "
          + (knowsNone ? "'wt6', or 'none'" : "or 'wt6'") + " hash functions.")
    }
    guard arguments.count > 2, !arguments[2].characters.isEmpty else { return type }
    guard arguments[2].isWord("avalanche") else {
      throw Rejected(
        message: "'hash-type' only supports 'avalanche' as a modifier for hash functions.")
    }
    type.isAvalanche = true
    return type
  }
}
