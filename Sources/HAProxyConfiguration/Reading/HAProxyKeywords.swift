internal import Configurations

extension HAProxyWalk {
  /// Reads a line of `defaults`, `frontend`, `backend` or `listen`.
  ///
  /// - Parameter prefix: The word `no` or `default` before it.
  mutating func readKeyword(
    _ words: [HAProxyWord], prefix: HAProxyWord?
  ) throws(ConfigurationError) {
    let keyword = words[0]
    guard keyword.bytes.count < 30 else { return }
    let name = String(decoding: keyword.characters, as: UTF8.self)
    switch name {
    case "server", "server-template":
      guard canHaveServers(name) else { return }
      try readServer(words, isTemplate: name == "server-template")
    case "default-server":
      if case .frontend = scope {
        _ = canHaveServers(name)
        return
      }
      readDefaultServer(words)
    case "option": readOption(words, prefix: prefix)
    case "balance", "hash-type", "hash-balance-factor", "hash-preserve-affinity", "mode",
      "disabled",
      "enabled":
      if let variable = words.first(where: \.hasVariable) { return depends(on: variable) }
      read(name, Array(words.dropFirst()))
    case "cookie", "stick", "persist", "use-server", "dispatch": readFirstChoice(name, words)
    case "dynamic-cookie-key":
      // A key of the environment stays unknown: it decides about no key of a request.
      guard words.count > 1, !words[1].hasVariable else { return }
      settings.dynamicCookieKey = String(decoding: words[1].characters, as: UTF8.self)
    default:
      // Lines of templates begin like this, and keywords do not.
      guard let first = keyword.bytes.first, "{<%@$".utf8.contains(first) else { return }
      fail("unknown keyword '\(HAProxyText.shown(keyword.characters))' in \(sectionTitle) section")
    }
  }

  /// Whether a line may change which server takes a key.
  func decides(_ words: [HAProxyWord]) -> Bool {
    let words = words.first?.isWord("no") == true ? words.dropFirst() : words[...]
    guard let keyword = words.first, keyword.hasVariable == false else { return true }
    if keyword.isWord("option") {
      return ["allbackups", "redispatch"].contains { words.dropFirst().first?.isWord($0) == true }
    }
    return Self.deciding.contains(where: keyword.isWord)
  }

  private static let deciding = [
    "server", "server-template", "default-server", "balance", "hash-type", "hash-balance-factor",
    "hash-preserve-affinity", "mode", "disabled", "enabled", "cookie", "stick", "persist",
    "use-server",
    "dispatch",
  ]

  private var sectionTitle: String {
    switch scope {
    case .frontend: "'frontend'"
    case .servers: "'\(backend?.kind.rawValue ?? "backend")'"
    default: "'defaults'"
    }
  }

  /// Notes a line that picks servers before `balance` does.
  private mutating func readFirstChoice(_ name: String, _ words: [HAProxyWord]) {
    if case .frontend = scope { return }
    if name == "stick" {
      // `stick store-…` only fills the table.
      guard words.count > 1, words[1].isWord("on") || words[1].isWord("match") else { return }
    }
    // The last cookie counts. A section takes the lines of its defaults, so those are few.
    if case .defaults = scope {
      settings.firstChoices.removeAll { $0.keyword == name }
    } else if name == "cookie" {
      settings.hasOwnCookie = true
    }
    settings.firstChoices.append(
      HAProxyFirstChoice(
        keyword: name, arguments: words.dropFirst().map(\.text).joined(separator: " "),
        location: location))
  }

  private mutating func canHaveServers(_ keyword: String) -> Bool {
    switch scope {
    case .defaults: fail("'\(keyword)' not allowed in 'defaults' section.")
    case .frontend(let name):
      fail(
        "'\(keyword)' not allowed because frontend '\(HAProxyText.shown(name))' has no backend "
          + "capability.")
    case .servers: return true
    case .none, .global, .other, .undecided: break
    }
    return false
  }

  private mutating func read(_ name: String, _ arguments: [HAProxyWord]) {
    if case .frontend(let section) = scope, name == "balance" || name == "hash-type" {
      note(
        .warning,
        "'\(name)' ignored because frontend '\(HAProxyText.shown(section))' has no backend "
          + "capability.")
    }
    let first = arguments.first?.characters ?? []
    switch name {
    case "balance":
      do {
        settings.method = try HAProxyBalanceRule.method(arguments, reader.version)
      } catch {
        fail(error.message)
      }
    case "hash-type":
      do {
        settings.hashType = try HAProxyBalanceRule.hashType(arguments, reader.version)
      } catch {
        fail(error.message)
      }
    case "hash-balance-factor":
      guard !first.isEmpty else {
        return fail("'hash-balance-factor' expects an integer argument.")
      }
      let factor = HAProxyNumber.integer(first)
      guard factor == 0 || factor > 100 else {
        return fail("'hash-balance-factor' must be 0 or greater than 100.")
      }
      settings.hashBalanceFactor = factor
    case "hash-preserve-affinity": readAffinity(String(decoding: first, as: UTF8.self))
    case "mode": readMode(arguments)
    default:
      guard takesNothingMore(arguments, of: name) else { return }
      settings.isDisabled = name == "disabled"
    }
  }

  private mutating func readAffinity(_ value: String) {
    guard reader.version >= HAProxyVersion(3, 2) else {
      return fail("unknown keyword 'hash-preserve-affinity' in this section")
    }
    guard ["always", "maxconn", "maxqueue"].contains(value) else {
      return fail("'hash-preserve-affinity' only supports 'always', 'maxconn' and 'maxqueue'.")
    }
    settings.hashPreserveAffinity = value
  }

  private mutating func readMode(_ arguments: [HAProxyWord]) {
    guard takesNothingMore(arguments.dropFirst(), of: "mode") else { return }
    let word = arguments.first?.characters ?? []
    let shown = HAProxyText.shown(word)
    guard shown != "health" else {
      return fail(
        "'mode health' doesn't exist anymore. Please use 'http-request return status 200' instead.")
    }
    guard let mode = HAProxyBackend.Mode(rawValue: shown),
      mode != .log || reader.version >= HAProxyVersion(2, 9),
      mode != .spop || reader.version >= HAProxyVersion(3, 1)
    else { return fail("unknown proxy mode '\(shown)'.") }
    settings.mode = mode
  }

  private mutating func readOption(_ words: [HAProxyWord], prefix: HAProxyWord?) {
    guard words.count > 1, !words[1].characters.isEmpty else {
      return fail(
        prefix?.isWord("default") == true
          ? "negation/default is not supported for option 'option'."
          : "'option' expects an option name.")
    }
    let option = words[1]
    guard !option.hasVariable else { return depends(on: option) }
    if option.isWord("allbackups") {
      // HAProxy takes the name as an argument here.
      if let prefix, prefix.isWord("default") {
        return fail("'option allbackups' cannot handle unexpected argument 'allbackups'.")
      }
      guard takesNothingMore(words.dropFirst(2), of: "option allbackups") else { return }
      settings.usesAllBackups = prefix == nil
    } else if option.isWord("redispatch") {
      if let variable = words.dropFirst(2).first(where: \.hasVariable) {
        return depends(on: variable)
      }
      // Without a number: the last of the retries.
      let number = words.count > 2 ? HAProxyNumber.integer(words[2].characters) : 0
      settings.redispatch = prefix == nil ? number == 0 ? -1 : number : nil
    }
  }

  private mutating func takesNothingMore(
    _ words: some Collection<HAProxyWord>, of name: String
  ) -> Bool {
    guard let extra = words.first else { return true }
    fail(
      "'\(name)' cannot handle unexpected argument '\(HAProxyText.shown(extra.characters))'.")
    return false
  }
}
