internal import Configurations
internal import ProxyProfiles

extension HAProxyWalk {
  /// Reads `server NAME ADDRESS …` or `server-template PREFIX NUMBERS ADDRESS …`.
  mutating func readServer(
    _ words: [HAProxyWord], isTemplate: Bool
  ) throws(ConfigurationError) {
    let addressPosition = isTemplate ? 3 : 2
    guard words.count > addressPosition, !words[addressPosition].characters.isEmpty,
      !words[1].characters.isEmpty
    else {
      return fail(
        isTemplate
          ? "'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments."
          : "'server' expects <name> and <addr>[:<port>] as arguments.")
    }
    if let variable = words[1...addressPosition].first(where: \.hasVariable) {
      return depends(on: variable)
    }
    let name = words[1].characters
    guard let address = expandedAddress(words[addressPosition].characters) else {
      return depends(on: words[addressPosition])
    }
    if let byte = HAProxyText.forbidden(in: name) {
      return fail(
        "character '\(String(decoding: [byte], as: UTF8.self))' is not permitted in "
          + "\(isTemplate ? "server-template prefix" : "server name") '\(HAProxyText.shown(name))'."
      )
    }
    var numbers: ClosedRange<Int>?
    if isTemplate {
      numbers = Self.numbers(words[2].characters)
      guard numbers != nil else {
        return fail(
          "Wrong server-template number or range arg '\(HAProxyText.shown(words[2].characters))'.")
      }
    }
    let section = HAProxyText.shown(backend?.name ?? "")
    let subject = "'server \(section)/\(HAProxyText.shown(name))' : "
    var server = HAProxyServerLine(
      name: String(decoding: name, as: UTF8.self),
      address: String(decoding: address, as: UTF8.self),
      location: location)
    do {
      let parts = try HAProxyServerAddress(address, reader.version)
      server.placed = parts.text
      server.hasPortOffset = parts.isOffset
    } catch {
      guard error.isAboutName else { return fail(subject + error.message) }
      server.reasonWithoutAddress = error.message
    }
    var own = settings.server
    guard
      readServerWords(
        words[(addressPosition + 1)...], into: &own, name: server.name, subject: subject)
    else { return }
    server.take(own)
    if let id = server.id {
      ids[id] = (server.name + (numbers.map { "\($0.lowerBound)" } ?? ""), location)
    }
    try append(server, numbers)
  }

  /// Adds a server, or those of a template: the first has the id that is written.
  private mutating func append(
    _ server: HAProxyServerLine, _ numbers: ClosedRange<Int>?
  ) throws(ConfigurationError) {
    let (count, isOver) = serverCount.addingReportingOverflow(numbers?.count ?? 1)
    guard !isOver, count <= reader.limits.servers else {
      throw ConfigurationError(
        .tooLarge, "there are more than \(reader.limits.servers) servers", location)
    }
    serverCount = count
    guard let numbers else {
      backend?.servers.append(server)
      return
    }
    for number in numbers {
      var copy = server
      copy.isFromTemplate = true
      copy.name = "\(server.name)\(number)"
      if number > numbers.lowerBound {
        copy.id = nil
        copy.guid = nil
      }
      backend?.servers.append(copy)
    }
  }

  /// The numbers of a template: `3` is 1 to 3, `2-4` is 2 to 4; nil for none.
  private static func numbers(_ word: ArraySlice<UInt8>) -> ClosedRange<Int>? {
    var low = HAProxyNumber.integer(word)
    var high = low
    if let dash = word.firstIndex(of: UInt8(ascii: "-")) {
      high = HAProxyNumber.integer(word[(dash + 1)...])
    } else {
      low = 1
    }
    return low < 0 || high < low ? nil : low...high
  }

  /// Reads `default-server …`.
  mutating func readDefaultServer(_ words: [HAProxyWord]) {
    var server = settings.server
    _ = readServerWords(words[1...], into: &server, name: nil, subject: "")
    settings.server = server
  }

  /// Reads the words after the address.
  ///
  /// - Parameter name: The name of the server; nil for `default-server`.
  /// - Returns: Whether HAProxy takes it.
  private mutating func readServerWords(
    _ words: ArraySlice<HAProxyWord>, into own: inout HAProxyServerSettings, name: String?,
    subject: String
  ) -> Bool {
    var rest = words
    while let word = rest.popFirst(), !word.characters.isEmpty {
      guard !word.hasVariable else {
        depends(on: word)
        return true
      }
      let keyword = word.characters
      guard let rule = HAProxyServerKeyword.rule(for: keyword, reader.version) else {
        fail(
          subject
            + (word.isWord("usesrc")
              ? "'usesrc' only allowed after a 'source' statement."
              : "unknown keyword '\(HAProxyText.shown(keyword))'"))
        return false
      }
      let argument = rule.arguments == 1 ? rest.popFirst() : nil
      let text = String(decoding: keyword, as: UTF8.self)
      if let argument, argument.hasVariable,
        Self.decisive.contains(text) || argument.mayBeSeveral
      {
        depends(on: argument)
        if argument.mayBeSeveral { return true }
        continue
      }
      if let message = read(text, argument, into: &own, name: name) {
        fail(subject + message)
        return false
      }
      var written = argument?.text ?? "true"
      while text == "source", let next = rest.first,
        next.isWord("usesrc") || next.isWord("interface")
      {
        written += " " + rest.prefix(2).map(\.text).joined(separator: " ")
        rest = rest.dropFirst(2)
      }
      own.keep(text, written)
    }
    return true
  }

  /// The words whose arguments decide where keys go.
  private static let decisive: Set<String> = ["id", "guid", "weight", "hash-key"]

  /// Reads one word with its argument.
  ///
  /// - Returns: What HAProxy says if it rejects them.
  private mutating func read(
    _ keyword: String, _ argument: HAProxyWord?, into own: inout HAProxyServerSettings,
    name: String?
  ) -> String? {
    let value = argument?.characters ?? []
    switch keyword {
    case "weight":
      let weight = HAProxyNumber.integer(value)
      guard (0...256).contains(weight) else {
        let shown = HAProxyText.shown(name ?? "default-server")
        return "weight of server \(shown) is not within 0 and 256 (\(weight))."
      }
      own.weight = weight
    case "id", "guid":
      guard name != nil else {
        note(.warning, "'\(keyword)' option is not accepted in default-server sections")
        return nil
      }
      return keyword == "id" ? readID(value, into: &own) : readGUID(value, into: &own)
    case "hash-key":
      let key = HAProxyHashKey(rawValue: HAProxyText.shown(value))
      let isNew = key == .id32 || key == .guid
      guard let key, key != .idOf30, !isNew || reader.version >= HAProxyVersion(3, 4) else {
        return "'hash-key' has to be 'id', 'addr', or 'addr-port'"
      }
      own.hashKey = key
    case "source":
      guard !value.isEmpty else {
        return "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and "
          + "'interface' <name> as argument."
      }
    case "backup", "no-backup": own.isBackup = keyword == "backup"
    case "disabled", "enabled": own.isDisabled = keyword == "disabled"
    case "init-addr", "resolvers": own.isResolvedLater = true
    default: break
    }
    return nil
  }

  private func readID(
    _ value: ArraySlice<UInt8>, into own: inout HAProxyServerSettings
  ) -> String? {
    guard !value.isEmpty else { return "'id' : expects an integer argument." }
    let id = HAProxyNumber.integer(value)
    guard id > 0 else { return "'id' : custom id has to be > 0." }
    if let other = ids[id] {
      return "'id' : custom id \(id) already used at \(other.location) "
        + "('server \(HAProxyText.shown(other.name))')."
    }
    own.id = id
    return nil
  }

  private mutating func readGUID(
    _ value: ArraySlice<UInt8>, into own: inout HAProxyServerSettings
  ) -> String? {
    guard !value.isEmpty else { return "'guid' expects an argument" }
    guard HAProxyText.forbidden(in: value) == nil, value.count <= 127 else {
      return "'guid': forbidden character or too long"
    }
    let guid = String(decoding: value, as: UTF8.self)
    guard guids.insert(guid).inserted else { return "'guid': duplicate entry" }
    own.guid = guid
    return nil
  }
}

extension HAProxyWord {
  /// Whether a variable in it may come to several words.
  fileprivate var mayBeSeveral: Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "[") && $1 == UInt8(ascii: "*") }
  }
}
