internal import Configurations

/// Reads the directives of one `upstream`, in nginx's order and by its rules.
///
/// Follows `ngx_http_upstream.c`, `ngx_stream_upstream.c` and the modules of the methods in
/// `src/http/modules` and `src/stream` (1.22.1; what came later, from the sources to 1.31).
struct NginxUpstreamReader {
  var block: NginxUpstreamBlock
  /// What nginx reports, in its order.
  var problems: [ConfigurationProblem] = []
  /// The shared memory that it uses.
  var zones: [NginxZones.Zone] = []

  let version: NginxVersion
  let location: ConfigurationLocation

  /// Whether a directive has set how servers are picked.
  ///
  /// A method after it is a second one.
  private var hasHandler = false
  private var hasResolver = false
  /// The arguments of the last `zone`, with its size where one of them has it.
  private var zoneText: String?
  /// The directives so far that may appear only once.
  private var seen: Set<String> = []

  init(
    name: [UInt8], context: NginxContext, version: NginxVersion, location: ConfigurationLocation,
    range: Range<Int>
  ) {
    self.version = version
    self.location = location
    block = NginxUpstreamBlock(
      name: String(decoding: name, as: UTF8.self), context: context, location: location,
      range: range)
  }

  /// Reads a directive.
  mutating func read(
    _ statement: NginxStatement, comment: String?, at location: ConfigurationLocation
  ) {
    let name = statement.name
    if NginxDirectiveRule.all[name] == nil, let foreign = NginxForeignDirective.named(name) {
      let message = "unknown directive \"\(name)\""
      keep(name, statement.arguments.map(\.bytes), at: location)
      return foreign.role == .neutral
        ? note(.foreign, message, remedy: foreign.remedy, location)
        : fail(message, remedy: foreign.remedy, location)
    }
    guard let rule = known(statement, at: location) else { return }
    guard statement.block == nil else {
      fail("directive \"\(name)\" is not terminated by \";\"", location)
      return
    }
    let isOldKeepalive = name == "keepalive" && version < .keepaliveByDefault
    guard rule.arguments.contains(statement.arguments.count),
      !isOldKeepalive || statement.arguments.count == 1
    else {
      fail(
        "invalid number of arguments in \"\(name)\" directive",
        remedy: name == "sticky" ? Self.otherSticky : nil, location)
      return
    }
    let arguments = statement.arguments.map(\.bytes)
    if NginxParameter.directives.contains(name) { keep(name, arguments, at: location) }
    switch name {
    case "server": readServer(arguments, comment: comment, at: location)
    case "hash": readHash(arguments, at: location)
    case "ip_hash": setMethod(.ipHash, at: location)
    case "least_conn": setMethod(.leastConnections, at: location)
    case "least_time": readLeastTime(arguments, at: location)
    case "random": readRandom(arguments, at: location)
    case "keepalive": readKeepalive(arguments, at: location)
    case "keepalive_requests": readOnce(name, NginxNumber.integer(arguments[0]), "number", location)
    case "keepalive_time", "keepalive_timeout":
      readOnce(name, NginxNumber.time(arguments[0], in: .milliseconds), "value", location)
    case "zone": readZone(arguments, at: location)
    case "sticky": readSticky(arguments, at: location)
    case "resolver": hasResolver = true
    default: break
    }
  }

  /// Keeps a directive as the property that it becomes.
  private mutating func keep(
    _ name: String, _ arguments: [[UInt8]], at location: ConfigurationLocation
  ) {
    for argument in arguments { checkText(argument, "an argument of \"\(name)\"", location) }
    block.directives[NginxParameter.property(name)] =
      arguments.isEmpty ? "true" : NginxArguments.text(arguments)
  }

  /// Adds what nginx reports at the closing brace.
  mutating func close(at location: ConfigurationLocation) {
    if block.servers.isEmpty { fail("no servers are inside upstream", location) }
  }

  /// Adds what nginx reports after the whole context.
  ///
  /// - Parameter outer: The resolver of the context, with the property that each directive becomes.
  mutating func finish(resolver outer: [String: String]) {
    let place = "upstream \"\(block.name)\" in \(location)"
    if block.servers.contains(where: \.isResolved) {
      if block.zone == nil {
        fail("resolving names at run time requires \(place) to be in shared memory", location)
      } else if !hasResolver, outer["resolver"] == nil {
        fail("no resolver defined to resolve names at run time in \(place)", location)
      }
    }
    // Servers that are resolved at run time need it, so it belongs to the upstream.
    if block.servers.contains(where: \.isResolved) {
      block.directives.merge(outer) { own, _ in own }
    }
    if !block.servers.isEmpty, block.servers.allSatisfy(\.isBackup) {
      fail("no servers in \(place)", location)
    }
  }

  private mutating func known(_ statement: NginxStatement, at location: ConfigurationLocation)
    -> NginxDirectiveRule?
  {
    let name = statement.name
    let unknown = "unknown directive \"\(name)\""
    let misplaced = "\"\(name)\" directive is not allowed here"
    guard let rule = NginxDirectiveRule.all[name] else {
      fail(
        NginxDirectiveRule.outside.contains(name) ? misplaced : unknown,
        remedy: NginxForeignDirective.commentRemedy(statement), location)
      return nil
    }
    if version < rule.since {
      // A resolver was known outside of upstreams before.
      let isOlder = name == "resolver" || name == "resolver_timeout"
      fail(isOlder ? misplaced : unknown, remedy: "it needs nginx \(rule.since)", location)
      return nil
    }
    guard rule.contexts.contains(block.context) else {
      fail(misplaced, location)
      return nil
    }
    return rule
  }

  private mutating func setMethod(_ method: NginxMethod, at location: ConfigurationLocation) {
    if hasHandler {
      // nginx loses what was wrapped around the earlier method.
      block.sticky = nil
      block.directives["sticky"] = nil
      if version < .keepaliveByDefault {
        block.keepalive = nil
        block.directives["keepalive"] = nil
      }
      note(
        .warning, "load balancing method redefined",
        remedy: "the last one counts; name one method, before sticky and keepalive", location)
    }
    hasHandler = true
    block.method = method
  }

  private mutating func readHash(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    do {
      let key = try NginxKey(arguments[0])
      checkText(arguments[0], "the key", location)
      guard arguments.count == 2 else { return setMethod(.hash(key), at: location) }
      setMethod(.consistentHash(key), at: location)
      if !isWord(arguments[1], "consistent") { failParameter(arguments[1], location) }
    } catch {
      fail(error.message, location)
    }
  }

  private mutating func readRandom(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    setMethod(.random(arguments.map { String(decoding: $0, as: UTF8.self) }), at: location)
    if let first = arguments.first, !isWord(first, "two") {
      failParameter(first, location)
    } else if arguments.count == 2, !isWord(arguments[1], "least_conn"),
      !(version >= NginxVersion(1, 31, 0)
        && arguments[1].starts(with: "least_time=".utf8))
    {
      failParameter(arguments[1], location)
    }
  }

  private mutating func readLeastTime(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    setMethod(.leastTime(arguments.map { String(decoding: $0, as: UTF8.self) }), at: location)
    let first = block.context == .http ? ["header"] : ["connect", "first_byte"]
    if !(first + ["last_byte"]).contains(where: { isWord(arguments[0], $0) }) {
      failParameter(arguments[0], location)
    } else if arguments.count == 2, !isWord(arguments[1], "inflight") {
      failParameter(arguments[1], location)
    }
  }

  private mutating func readKeepalive(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    guard once("keepalive", location) else { return }
    let isModern = version >= .keepaliveByDefault
    guard let count = NginxNumber.integer(arguments[0]), count > 0 || isModern else {
      fail(
        "invalid value \"\(String(decoding: arguments[0], as: UTF8.self))\" "
          + "in \"keepalive\" directive", location)
      return
    }
    if arguments.count == 2, !isWord(arguments[1], "local") {
      failParameter(arguments[1], location)
    }
    block.keepalive = count
    if !isModern { hasHandler = true }
  }

  private static let otherSticky =
    "write cookie, route or learn; other forms are nginx-sticky-module's, whose rule is not known here"

  private mutating func readSticky(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    guard once("sticky", location) else { return }
    if !["cookie", "route", "learn"].contains(where: { isWord(arguments[0], $0) }) {
      failParameter(arguments[0], remedy: Self.otherSticky, location)
    }
    block.sticky = arguments.map { String(decoding: $0, as: UTF8.self) }
    hasHandler = true
  }

  private mutating func readZone(_ arguments: [[UInt8]], at location: ConfigurationLocation) {
    let name = String(decoding: arguments[0], as: UTF8.self)
    guard !name.isEmpty else { return fail("invalid zone name \"\"", location) }
    var size = 0
    if arguments.count == 1, block.zone == name, let written = zoneText {
      block.directives["zone"] = written
    }
    if arguments.count == 2 {
      guard let bytes = NginxNumber.size(arguments[1]) else {
        let text = String(decoding: arguments[1], as: UTF8.self)
        return fail("invalid zone size \"\(text)\"", location)
      }
      // Eight pages of 4096 bytes.
      guard bytes >= 8 * 4096 else { return fail("zone \"\(name)\" is too small", location) }
      size = bytes
    }
    block.zone = name
    zoneText = block.directives["zone"]
    let sizeText = arguments.count == 2 ? NginxArguments.text([arguments[1]]) : ""
    zones.append(
      NginxZones.Zone(
        name: name, size: size, sizeText: sizeText, context: block.context, location: location))
  }

  /// Whether only another upstream says how large the shared memory is.
  var lacksZoneSize: Bool {
    zones.filter { $0.name == block.zone }.allSatisfy { $0.size == 0 }
  }

  private mutating func readOnce(
    _ name: String, _ value: Int?, _ kind: String, _ location: ConfigurationLocation
  ) {
    guard once(name, location) else { return }
    if value == nil { fail("\"\(name)\" directive invalid \(kind)", location) }
  }

  private mutating func once(_ name: String, _ location: ConfigurationLocation) -> Bool {
    guard seen.insert(name).inserted else {
      fail("\"\(name)\" directive is duplicate", location)
      return false
    }
    return true
  }
}

extension NginxUpstreamReader {
  /// Whether C sees two equal words.
  ///
  /// C ends words at a zero byte.
  func isWord(_ word: [UInt8], _ other: String) -> Bool {
    word.prefix { $0 != 0 }.elementsEqual(other.utf8)
  }

  /// Warns of bytes that are not text, since a cluster holds other bytes then.
  mutating func checkText(_ bytes: [UInt8], _ what: String, _ location: ConfigurationLocation) {
    guard !String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes) else { return }
    note(
      .warning, "\(what) is not UTF-8",
      remedy: "nginx reads other bytes than this library can hold", location)
  }

  mutating func failParameter(
    _ word: [UInt8], remedy: String? = nil, _ location: ConfigurationLocation
  ) {
    fail(
      "invalid parameter \"\(String(decoding: word, as: UTF8.self))\"", remedy: remedy, location)
  }

  mutating func fail(_ message: String, remedy: String? = nil, _ location: ConfigurationLocation) {
    note(.error, message, remedy: remedy, location)
  }

  /// Adds a problem.
  ///
  /// After an error the upstream is not known in full.
  mutating func note(
    _ severity: ConfigurationProblem.Severity, _ message: String, remedy: String?,
    _ location: ConfigurationLocation
  ) {
    let problem = ConfigurationProblem(
      severity: severity, message: message, remedy: remedy, location: location)
    problems.append(problem)
    if severity == .error, block.flaw == nil { block.flaw = problem }
  }
}
