internal import Configurations

/// The words that begin sections.
enum HAProxySectionWord: Equatable {
  case defaults
  case frontend
  case backend
  case listen
  case global
  case other

  /// The section that a word begins; nil if it is an ordinary word.
  init?(_ word: HAProxyWord, _ version: HAProxyVersion) {
    guard word.bytes.count < 20 else { return nil }
    switch String(decoding: word.characters, as: UTF8.self) {
    case "defaults": self = .defaults
    case "frontend": self = .frontend
    case "backend": self = .backend
    case "listen": self = .listen
    case "global": self = .global
    case "userlist", "peers", "mailers", "namespace_list", "resolvers", "cache",
      "http-errors", "ring", "fcgi-app", "program", "log-forward":
      self = .other
    case "crt-store" where version >= HAProxyVersion(3, 0): self = .other
    case "log-profile" where version >= HAProxyVersion(3, 1),
      "traces" where version >= HAProxyVersion(3, 1):
      self = .other
    case "acme" where version >= HAProxyVersion(3, 2): self = .other
    default: return nil
    }
  }
}

extension HAProxyWalk {
  /// Begins a section with the words of its first line.
  mutating func beginSection(_ word: HAProxySectionWord, _ words: [HAProxyWord], start: Int) {
    scope = .other
    settings = HAProxySettings(reader.version)
    ids = [:]
    guard word != .other else { return }
    guard word != .global else {
      scope = .global
      return
    }
    if let variable = words.first(where: \.hasVariable) { return depends(on: variable) }
    var arguments = words.dropFirst().map(\.characters)[...]
    let keyword = words[0].text
    if word == .defaults, arguments.first?.elementsEqual("from".utf8) == true {
      arguments = [[]] + arguments
    }
    let nameBytes = arguments.popFirst() ?? []
    let name = String(decoding: nameBytes, as: UTF8.self)
    if word != .defaults {
      guard !nameBytes.isEmpty else { return fail("'\(keyword)' expects an <id> argument") }
      if let byte = HAProxyText.forbidden(in: nameBytes) {
        return fail(
          "character '\(String(decoding: [byte], as: UTF8.self))' is not permitted in '\(keyword)' "
            + "name '\(HAProxyText.shown(nameBytes))'.")
      }
      guard isNew(name, word) else { return }
    }
    var source = word == .defaults ? nil : defaults.last
    if arguments.first?.elementsEqual("from".utf8) == true, arguments.count > 1,
      let from = arguments.dropFirst().first, !from.isEmpty
    {
      if arguments.count > 2 {
        let extra = HAProxyText.shown(arguments[arguments.startIndex + 2])
        return fail("'\(keyword)' cannot handle unexpected argument '\(extra)'.")
      }
      source = named(String(decoding: from, as: UTF8.self), for: "\(keyword) '\(name)'")
      guard source != nil else { return }
    } else if word == .frontend || word == .listen, !arguments.isEmpty {
      note(.warning, "please use the 'bind' keyword for listening addresses.")
    }
    if let source { settings = source.settings }
    switch word {
    case .defaults:
      defaultsStart = location
      scope = .defaults(name: name)
    case .frontend: scope = .frontend(name: name)
    case .backend, .listen:
      scope = .servers
      backend = HAProxyBackend(
        name: name, kind: word == .listen ? .listen : .backend, settings: settings,
        location: location, start: start)
    case .global, .other: break
    }
  }

  /// The `defaults` of a name.
  private mutating func named(_ name: String, for section: String) -> Defaults? {
    let shown = HAProxyText.shown(name)
    let section = HAProxyText.shown(section)
    guard let positions = defaultsByName[name], let first = positions.first else {
      fail("defaults section '\(shown)' not found for \(section).")
      return nil
    }
    guard positions.count == 1 else {
      fail(
        "ambiguous defaults section name '\(shown)' referenced by \(section) exists at least at "
          + "\(defaults[first].location) and \(defaults[positions[1]].location).")
      return nil
    }
    return defaults[first]
  }

  /// Checks that no other section has the name: among those that listen if this one does, among
  /// those with servers otherwise.
  private mutating func isNew(_ name: String, _ word: HAProxySectionWord) -> Bool {
    let title = word == .listen ? "proxy" : word == .frontend ? "frontend" : "backend"
    let other = word == .backend ? backs[name] : fronts[name]
    if word != .backend { fronts[name] = other ?? (title, location) }
    if word != .frontend { backs[name] = backs[name] ?? (title, location) }
    guard let other else { return true }
    let shown = HAProxyText.shown(name)
    fail(
      "\(title) '\(shown)' has the same name as \(other.title) '\(shown)' declared at "
        + "\(other.location).")
    return false
  }

  /// Checks a section as a whole, which HAProxy does when it has read everything.
  mutating func check(_ section: inout HAProxyBackend) {
    guard !section.isDisabled else { return }
    let title = section.kind == .listen ? "proxy" : "backend"
    let shown = HAProxyText.shown(section.name)
    if section.method.needsHTTP, section.mode != .http {
      lateProblems.append(
        ConfigurationProblem(
          severity: .warning,
          message: "Layer 7 hash not possible for \(title) '\(shown)' (needs 'mode http'). Falling "
            + "back to round robin.", location: section.location))
    }
    var lines: [String: Int] = [:]
    for server in section.servers {
      let name = HAProxyText.shown(server.name)
      var messages: [String] = []
      if let line = lines[server.name] {
        messages.append(
          "\(title) '\(shown)', another server named '\(name)' was already defined at line "
            + "\(line), please use distinct names.")
      } else {
        lines[server.name] = server.location.line
      }
      if !server.isResolvedLater, let reason = server.reasonWithoutAddress {
        messages.append("'server \(shown)/\(name)' : \(reason)")
      }
      for message in messages {
        let problem = ConfigurationProblem(
          severity: .error, message: message, location: server.location)
        lateProblems.append(problem)
        section.flaw = section.flaw ?? problem
      }
    }
  }
}
